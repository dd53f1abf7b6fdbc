import { type FSWatcher, watch } from 'node:fs';
import type { Log } from '../core/ports.ts';
import { DATABASE_NAME } from './databaseFile.ts';
import { isJournalName } from './journal/journalFiles.ts';

const DEBOUNCE_MS = 20;
/** Network and container file systems may not report changes, so the file is looked at as well: one stat each time. */
const POLL_MS = 1_500;

/** Calls `look`, which must not reject, soon after the database file may have changed. */
export class Watcher {
  #watcher: FSWatcher | undefined;
  #poll: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  /** Looks at a disk that hangs would take all of Node's threads for files, which every extension needs. */
  #isLooking = false;
  #isDue = false;

  constructor(
    private readonly folder: string,
    private readonly look: () => Promise<void>,
    private readonly log: Log,
  ) {}

  start(): void {
    this.#poll = setInterval(() => void this.#look(), POLL_MS);
    this.#poll.unref();
    try {
      this.#watcher = watch(this.folder, { persistent: false }, (_event, name) => {
        if (name === null || name === DATABASE_NAME || isJournalName(name)) this.#lookSoon();
      });
      this.#watcher.on('error', (error) => this.#giveUp(error));
    } catch (error) {
      this.#giveUp(error);
    }
  }

  stop(): void {
    this.#isDue = false;
    this.#watcher?.close();
    clearInterval(this.#poll);
    clearTimeout(this.#soon);
  }

  #giveUp(error: unknown): void {
    this.log.info(`Changes of the database are looked for instead of reported: ${String(error)}`);
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #lookSoon(): void {
    if (this.#soon !== undefined) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      void this.#look();
    }, DEBOUNCE_MS);
    this.#soon.unref();
  }

  /** One at a time, and once more after one that may have come too early for a change. */
  async #look(): Promise<void> {
    this.#isDue = this.#isLooking;
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.look();
    this.#isLooking = false;
    if (this.#isDue) this.#lookSoon();
  }
}
