import type { Log } from '../../core/ports.ts';
import type { Committer } from '../committer.ts';
import type { DatabaseFile } from '../databaseFile.ts';
import type { JournalPosition } from '../journal/journalFiles.ts';
import type { WorkingCopy } from '../workingCopy.ts';
import type { Fold, FoldJob } from './fold.ts';

interface Parts {
  readonly copy: WorkingCopy;
  readonly committer: Committer;
  /** Takes in what other windows have committed. */
  readonly refresh: () => Promise<unknown>;
  readonly fold: Fold;
  readonly file: DatabaseFile;
  /** How long nothing may have been committed before a fold begins, in ms. */
  readonly quietMs: number;
  readonly log: Log;
}

/**
 * Folds a long journal into the file when nothing is going on, or when it has become very long. The new file is written
 * while commits go on; putting it in place takes a turn at the lock.
 */
export class Folding {
  readonly #stop = new AbortController();
  #working: Promise<void> | undefined;
  #quiet: NodeJS.Timeout | undefined;
  /** How long the journal was when folding it failed; it is tried again when there is twice as much. */
  #failedAt = 0;

  constructor(private readonly parts: Parts) {}

  /** To be called after every commit: begins to fold now, after a while without another one, or not at all. */
  consider(): void {
    const { copy, quietMs } = this.parts;
    clearTimeout(this.#quiet);
    if (copy.wantsFolding === 'no' || this.#stop.signal.aborted) return;
    const wait = copy.wantsFolding === 'now' ? 0 : quietMs;
    if (wait === 0) {
      this.#begin();
      return;
    }
    this.#quiet = setTimeout(() => this.#begin(), wait);
    this.#quiet.unref();
  }

  #begin(): void {
    this.#working ??= this.#foldWhatIsNew().finally(() => {
      this.#working = undefined;
    });
  }

  /** Another window may have folded the journal since the last commit of this one. Never rejects. */
  async #foldWhatIsNew(): Promise<void> {
    const { copy, refresh, log } = this.parts;
    try {
      await refresh();
    } catch (error) {
      log.warn(`The journal is not folded, since the database cannot be read: ${String(error)}`);
      return;
    }
    if (this.#stop.signal.aborted || copy.wantsFolding === 'no') return;
    const next = copy.foldJob();
    if (next === undefined || next.job.end < this.#failedAt * 2) return;
    await this.#fold(next.job, next.from);
  }

  /** Ends without the fold that may be under way. */
  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#quiet);
    await this.#working;
  }

  /** Never rejects: the journal is as good as before. */
  async #fold(job: FoldJob, from: JournalPosition): Promise<void> {
    const { copy, committer, fold, file, log } = this.parts;
    try {
      const folded = await fold(job, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      await committer.alone(async (held) => {
        await copy.refresh(true);
        if (!(await copy.useFolded(job, from, folded, held))) log.info('Another window folded the journal.');
      });
      this.#failedAt = 0;
    } catch (error) {
      this.#failedAt = job.end;
      if (!this.#stop.signal.aborted) log.warn(`The journal could not be folded into the database: ${String(error)}`);
    } finally {
      await file.removeTemp(job.temp);
    }
  }
}
