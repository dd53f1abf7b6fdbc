import { TimecardError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import type { Tx } from '../core/storePorts.ts';
import { diskRefusal } from './failures.ts';
import type { CrossProcessLock, HeldLock } from './lock.ts';
import { type Change, newerError } from './memory.ts';
import type { Notices } from './notices.ts';
import type { Hooks } from './options.ts';
import { NotDurable } from './saving.ts';
import type { Mutex } from './wait.ts';
import type { WorkingCopy } from './workingCopy.ts';

const RACES_AT_MOST = 10;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

interface Waiting {
  readonly change: Change;
  /** How often another process was quicker. */
  races: number;
  /** The commit that may or may not have reached the disk with it, and what came of it if it did. */
  doubt?: { readonly commit: string; readonly outcome: Outcome };
  readonly settle: (outcome: Outcome) => void;
}

type Outcome = { readonly result: unknown; readonly changed: boolean } | { readonly error: unknown };

interface Parts {
  readonly folder: string;
  readonly copy: WorkingCopy;
  /** Keeps readers and commits of this process from using the working copy at once. */
  readonly mutex: Mutex;
  readonly lock: CrossProcessLock;
  readonly lockWaitMs: number;
  readonly notices: Notices;
  readonly hooks: Hooks;
  readonly log: Log;
  readonly onChanged: () => void;
}

type Work = (held: HeldLock) => Promise<void>;

/** Takes changes one after another, and those that wait together into one write. */
export class Committer {
  #queue: Waiting[] = [];
  #works: (() => Promise<void>)[] = [];
  #working: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #closed = false;

  constructor(private readonly parts: Parts) {}

  commit<T>(change: (tx: Tx) => T): Promise<T> {
    let result: { readonly value: T } | undefined;
    return new Promise<T>((resolve, reject) => {
      const settle = (outcome: Outcome) => {
        if ('error' in outcome) reject(outcome.error);
        else if (result !== undefined) resolve(result.value);
      };
      const keepingResult = (tx: Tx) => {
        result = { value: change(tx) };
      };
      this.#queue.push({ change: keepingResult, settle, races: 0 });
      this.#work();
    });
  }

  /** Runs `work` between two commits, under the lock and with the working copy to itself; rejects as `work` does. */
  alone(work: Work): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#works.push(() => this.#runAlone(work).then(resolve, reject));
      this.#work();
    });
  }

  /** Writes what is in memory only, soon. */
  saveSoon(): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#trySaving(), 0);
    this.#retry.unref();
  }

  /** Writes what is in memory only, now; rejects with what the disk says. */
  async save(): Promise<void> {
    await this.commit(() => undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#working;
  }

  async #trySaving(): Promise<void> {
    try {
      await this.save();
    } catch (error) {
      this.parts.log.warn(`Changes still wait for the disk: ${String(error)}`);
    }
  }

  #work(): void {
    this.#working ??= this.#drain().finally(() => {
      this.#working = undefined;
      if (this.#queue.length + this.#works.length > 0) this.#work();
    });
  }

  async #drain(): Promise<void> {
    while (this.#queue.length + this.#works.length > 0) {
      if (this.#queue.length > 0) await this.#round();
      await this.#works.shift()?.();
    }
  }

  async #runAlone(work: Work): Promise<void> {
    const held = await this.parts.lock.acquire({ waitMs: this.parts.lockWaitMs });
    try {
      await this.parts.mutex.run(() => work(held));
    } catch (error) {
      this.parts.copy.distrust();
      throw error;
    } finally {
      await held.release();
    }
  }

  /** One turn at the lock. Never rejects: every outcome goes to the one who waits for it. */
  async #round(): Promise<void> {
    const { lock, lockWaitMs, hooks } = this.parts;
    let held: HeldLock;
    try {
      held = await lock.acquire({ waitMs: lockWaitMs });
    } catch (error) {
      return this.#withoutLock(error);
    }
    const batch = this.#take();
    let outcomes: readonly Outcome[] | undefined;
    try {
      await hooks.at('locked');
      outcomes = await this.parts.mutex.run(() => this.#commitBatch(batch, held));
      await hooks.at('settled');
    } catch (error) {
      this.parts.copy.distrust();
      outcomes ??= batch.map(() => ({ error }));
    } finally {
      await held.release();
    }
    if (outcomes === undefined) this.#tryAgain(batch);
    else this.#settle(batch, outcomes);
    await hooks.at('released');
  }

  async #withoutLock(error: unknown): Promise<void> {
    const batch = this.#take();
    const refusal = diskRefusal(error, this.parts.folder);
    const outcomes =
      refusal === undefined
        ? batch.map(() => ({ error }))
        : await this.parts.mutex.run(async () => this.#refused(batch, this.#applyAll(batch), refusal));
    this.#settle(batch, outcomes);
  }

  #take(): readonly Waiting[] {
    const batch = this.#queue;
    this.#queue = [];
    return batch;
  }

  #settle(batch: readonly Waiting[], outcomes: readonly Outcome[]): void {
    batch.forEach(({ settle }, index) => {
      settle(outcomes[index] ?? { error: new TimecardError('storageBusy', 'The change was not made.') });
    });
  }

  /** `undefined` when other processes were quicker; then nothing was changed. */
  async #commitBatch(batch: readonly Waiting[], held: HeldLock): Promise<readonly Outcome[] | undefined> {
    let outcomes: readonly Outcome[] | undefined;
    for (let race = 0; race < RACES_AT_MOST && held.isHeld(); race += 1) {
      const loaded = await this.#load();
      if (loaded instanceof TimecardError) return this.#refused(batch, outcomes ?? this.#applyAll(batch), loaded);
      if (this.parts.copy.isNewer) return batch.map(() => ({ error: newerError() }));
      // What lost a race is still in memory when there was nothing to load instead.
      if (loaded === 'loaded' || outcomes === undefined) outcomes = this.#applyAll(batch);
      await this.parts.hooks.at('applied');
      const saved = await this.#save(batch, outcomes, held);
      if (saved !== undefined) return saved;
    }
    this.parts.copy.distrust();
    return undefined;
  }

  /** Queues what lost its turn, because this process slept or another program keeps changing the file. */
  #tryAgain(batch: readonly Waiting[]): void {
    const error = new TimecardError('storageBusy', 'Other windows kept changing the database. Try again.');
    for (const waiting of batch) waiting.races += 1;
    for (const { settle } of batch.filter(({ races }) => races >= RACES_AT_MOST)) settle({ error });
    this.#queue = [...batch.filter(({ races }) => races < RACES_AT_MOST), ...this.#queue];
  }

  async #load(): Promise<'kept' | 'loaded' | TimecardError> {
    const { copy, hooks, folder } = this.parts;
    try {
      const loaded = await copy.refresh(true);
      await hooks.at('loaded');
      await copy.backUp();
      await hooks.at('backedUp');
      return loaded;
    } catch (error) {
      const refusal = diskRefusal(error, folder);
      if (refusal === undefined) throw error;
      return refusal;
    }
  }

  #applyAll(batch: readonly Waiting[]): readonly Outcome[] {
    return batch.map(({ change, doubt }) => {
      if (doubt !== undefined && this.parts.copy.includes(doubt.commit)) return doubt.outcome;
      try {
        return this.parts.copy.apply(change);
      } catch (error) {
        return { error };
      }
    });
  }

  /** `undefined` when another process was quicker. */
  async #save(
    batch: readonly Waiting[],
    outcomes: readonly Outcome[],
    held: HeldLock,
  ): Promise<readonly Outcome[] | undefined> {
    const { copy, onChanged } = this.parts;
    if (!copy.hasUnsaved && !copy.needsSaving) return outcomes;
    try {
      const saved = await copy.save(held);
      if (saved.kind === 'raced') return this.#raced(batch, outcomes, saved.doubt);
    } catch (error) {
      return this.#notSaved(batch, outcomes, error);
    }
    this.#retryMs = FIRST_RETRY_MS;
    onChanged();
    return outcomes;
  }

  #raced(batch: readonly Waiting[], outcomes: readonly Outcome[], commit: string | undefined): undefined {
    if (commit === undefined) return;
    batch.forEach((waiting, index) => {
      const outcome = outcomes[index];
      if (outcome !== undefined) waiting.doubt = { commit, outcome };
    });
  }

  #notSaved(batch: readonly Waiting[], outcomes: readonly Outcome[], error: unknown): readonly Outcome[] {
    const inFile = error instanceof NotDurable;
    const refusal = diskRefusal(inFile ? error.cause : error, this.parts.folder);
    if (refusal === undefined) {
      this.parts.copy.distrust();
      return batch.map(() => ({ error }));
    }
    return this.#refused(inFile ? [] : batch, outcomes, refusal);
  }

  /** Keeps what changed in memory, to be written later, and rejects it with the disk's reason. */
  #refused(batch: readonly Waiting[], outcomes: readonly Outcome[], refusal: TimecardError): readonly Outcome[] {
    const { copy, notices, onChanged } = this.parts;
    const isChange = (outcome: Outcome | undefined) => outcome !== undefined && 'changed' in outcome && outcome.changed;
    copy.keep(batch.filter((_waiting, index) => isChange(outcomes[index])).map(({ change }) => change));
    copy.tellReplacement();
    if (copy.needsSaving) {
      notices.unsaved(refusal.message);
      this.#retryLater();
    }
    onChanged();
    return outcomes.map((outcome) => (isChange(outcome) || copy.needsSaving ? refuse(outcome, refusal) : outcome));
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    if (this.#closed) return;
    this.#retry = setTimeout(() => void this.#trySaving(), this.#retryMs);
    this.#retry.unref();
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }
}

/** A change's own error says more than the disk's. */
function refuse(outcome: Outcome, refusal: TimecardError): Outcome {
  return 'error' in outcome ? outcome : { error: refusal };
}
