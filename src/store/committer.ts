import { TimecardError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import type { Tx } from '../core/storePorts.ts';
import { diskRefusal } from './failures.ts';
import { type Doubt, InDoubt } from './journal/doubt.ts';
import type { CrossProcessLock, HeldLock } from './lock.ts';
import { type Change, unknownFate } from './memory.ts';
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
  doubt?: { readonly of: Doubt; readonly outcome: Outcome } | undefined;
  readonly settle: (outcome: Outcome) => void;
}

type Outcome = Applied | { readonly error: unknown };

interface Applied {
  readonly result: unknown;
  readonly changed: boolean;
  /** Whether it turned out to be in the database already. */
  readonly isThere?: boolean;
}

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
      outcomes ??= batch.map(({ doubt }) => ({ error: doubt === undefined ? error : unknownFate(error) }));
    } finally {
      await held.release();
    }
    if (outcomes === undefined) await this.#tryAgain(batch);
    else this.#settle(batch, outcomes);
    await hooks.at('released');
  }

  async #withoutLock(error: unknown): Promise<void> {
    const batch = this.#take();
    const refusal = diskRefusal(error, this.parts.folder);
    const outcomes =
      refusal === undefined
        ? await this.#givenUp(batch, error)
        : await this.parts.mutex.run(async () => this.#refused(batch, this.#applyUnread(batch), refusal));
    this.#settle(batch, outcomes);
  }

  /** What those hear who do not get their turn any more. Never rejects. */
  async #givenUp(batch: readonly Waiting[], error: unknown): Promise<readonly Outcome[]> {
    const { mutex, copy, log } = this.parts;
    if (batch.every(({ doubt }) => doubt === undefined)) return batch.map(() => ({ error }));
    try {
      return await mutex.run(async () => {
        await copy.refresh(false);
        return batch.map((each) => (each.doubt === undefined ? { error } : (this.#settled(each) ?? unknown(error))));
      });
    } catch (problem) {
      log.warn(`What became of a change cannot be looked up: ${String(problem)}`);
      return batch.map(({ doubt }) => (doubt === undefined ? { error } : unknown(error)));
    }
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
      if (loaded instanceof TimecardError) return this.#refused(batch, outcomes ?? this.#applyUnread(batch), loaded);
      if (this.parts.copy.isNewer) return this.#applyAll(batch);
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
  async #tryAgain(batch: readonly Waiting[]): Promise<void> {
    for (const waiting of batch) waiting.races += 1;
    this.#queue = [...batch.filter(({ races }) => races < RACES_AT_MOST), ...this.#queue];
    const tired = batch.filter(({ races }) => races >= RACES_AT_MOST);
    const error = new TimecardError('storageBusy', 'Other windows kept changing the database. Try again.');
    this.#settle(tired, await this.#givenUp(tired, error));
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
    return batch.map((waiting) => this.#settled(waiting) ?? this.#apply(waiting));
  }

  /** Without a look at the disk nothing that is in doubt is settled, so it is not applied a second time either. */
  #applyUnread(batch: readonly Waiting[]): readonly Outcome[] {
    return batch.map((waiting) => waiting.doubt?.outcome ?? this.#apply(waiting));
  }

  #apply({ change }: Waiting): Outcome {
    try {
      return this.parts.copy.apply(change);
    } catch (error) {
      return { error };
    }
  }

  /** What came of a change that was in doubt, by the database as it is now; `undefined` when it must be applied. */
  #settled(waiting: Waiting): Outcome | undefined {
    const { doubt } = waiting;
    if (doubt === undefined) return undefined;
    const fate = this.parts.copy.fateOf(doubt.of);
    if (fate === 'unknown') return unknown();
    if (fate === 'in') return 'error' in doubt.outcome ? doubt.outcome : { ...doubt.outcome, ...THERE };
    waiting.doubt = undefined;
    return undefined;
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

  #raced(batch: readonly Waiting[], outcomes: readonly Outcome[], of: Doubt | undefined): undefined {
    if (of === undefined) return;
    batch.forEach((waiting, index) => {
      const outcome = outcomes[index];
      // What is still in doubt was not in this commit.
      if (outcome !== undefined && waiting.doubt === undefined) waiting.doubt = { of, outcome };
    });
  }

  #notSaved(batch: readonly Waiting[], outcomes: readonly Outcome[], error: unknown): readonly Outcome[] {
    const inFile = error instanceof NotDurable;
    const inDoubt = error instanceof InDoubt;
    const cause = inFile || inDoubt ? error.cause : error;
    const refusal = diskRefusal(cause, this.parts.folder);
    if (refusal === undefined) {
      this.parts.copy.distrust();
      return batch.map(() => ({ error: cause }));
    }
    if (inDoubt) this.#raced(batch, outcomes, error.doubt);
    return this.#refused(inFile ? [] : batch, outcomes, refusal);
  }

  /** Keeps what changed in memory, to be written later, and rejects it with the disk's reason. */
  #refused(batch: readonly Waiting[], outcomes: readonly Outcome[], refusal: TimecardError): readonly Outcome[] {
    const { copy, notices, onChanged } = this.parts;
    const isChange = (outcome: Outcome | undefined) => outcome !== undefined && 'changed' in outcome && outcome.changed;
    const kept = batch.filter((_waiting, index) => isChange(outcomes[index]));
    copy.keep(kept.map(({ change, doubt }) => ({ change, doubt: doubt?.of })));
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

/** It is in the database, and nothing had to be changed for that. */
const THERE = { changed: false, isThere: true };

function unknown(cause?: unknown): Outcome {
  return { error: unknownFate(cause) };
}

/** A change's own error says more than the disk's, and what is in the database already was not refused. */
function refuse(outcome: Outcome, refusal: TimecardError): Outcome {
  return 'error' in outcome || outcome.isThere === true ? outcome : { error: refusal };
}
