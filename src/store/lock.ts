import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import lockfile from 'proper-lockfile';
import { TimecardError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import type { Lease } from '../core/storePorts.ts';
import { hasCode } from './failures.ts';
import { wait } from './wait.ts';

export interface LockLimits {
  /** A holder that gave no sign of life for so long is taken for dead, in ms. */
  readonly staleMs: number;
  /** How often a holder gives a sign of life, in ms. */
  readonly updateMs: number;
}

export const COMMIT_LIMITS: LockLimits = { staleMs: 5_000, updateMs: 1_000 };
export const NAMED_LIMITS: LockLimits = { staleMs: 10_000, updateMs: 2_000 };

export interface HeldLock extends Lease {
  isHeld(): boolean;
  release(): Promise<void>;
}

interface AcquireOptions {
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
}

const MIN_PAUSE_MS = 2;
const MAX_PAUSE_MS = 20;
/**
 * Who has waited for a fifth of a second looks more and more often, in proportion to the time waited, so that turns come
 * nearly in order. With equal pauses, and shorter ones for who has just come, the unluckiest of eight windows waited for
 * many turns.
 */
const PAUSE_TIMES_WAITED = 4_000;
const EAGER_PAUSE_MS = 4;
/** Who has waited longer waits for somebody who works for long or is dead. */
const EAGER_UNTIL_MS = 5_000;
/** How often a process that waits says so, and how long that counts. */
const SIGNAL_EVERY_MS = 50;
const SIGNAL_COUNTS_MS = 300;
/** Long enough for the ones who wait to look at least once. */
const GIVE_WAY_MS = 30;

function isBusy(error: unknown): boolean {
  if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return true;
  // On Windows a folder that is being removed refuses everything for a moment.
  return process.platform === 'win32' && hasCode(error, 'EPERM', 'EBUSY', 'EACCES', 'ENOTEMPTY');
}

/** The pause after one of `pause` ms, when one has waited for `waitedMs` by then. */
function pauseAfter(pause: number, waitedMs: number): number {
  const usual = Math.min(pause * 1.3, MAX_PAUSE_MS);
  if (waitedMs > EAGER_UNTIL_MS) return usual;
  return Math.min(usual, Math.max(EAGER_PAUSE_MS, PAUSE_TIMES_WAITED / waitedMs));
}

/**
 * A lock between processes: a folder made by proper-lockfile, plus a file with a token of the newest holder.
 * The token closes the gap in which two waiters both take over from a dead holder: the one who wrote last holds it.
 */
export class CrossProcessLock {
  readonly #lockPath: string;
  readonly #ownerPath: string;
  readonly #waitingPath: string;
  #wasLast = false;
  #signalledAt = 0;
  #seen = '';
  #seenSince = 0;
  #keepFolder = false;
  /**
   * Whether this process has the lock or is about to. Nobody else in it tries then, however abandoned the folder looks
   * after the machine has slept: proper-lockfile takes all that one process has of a name for one.
   */
  #isTaken = false;
  // proper-lockfile keeps what it learns about timestamps on the object it is given, and always removes the folder
  // on release, even one that belongs to somebody else by now.
  readonly #fs = {
    ...fs,
    rmdir: (path: fs.PathLike, done: fs.NoParamCallback) => (this.#keepFolder ? done(null) : fs.rmdir(path, done)),
  };

  constructor(
    folder: string,
    private readonly name: string,
    private readonly limits: LockLimits,
    private readonly log: Log,
  ) {
    this.#lockPath = join(folder, `${name}.lock`);
    this.#ownerPath = join(folder, `${name}.owner`);
    this.#waitingPath = join(folder, `${name}.waiting`);
  }

  /**
   * Waits for the lock with short, jittered pauses.
   * @throws `storageBusy` after `waitMs`, `cancelled` when the signal fires, or the file system's own error.
   */
  async acquire({ waitMs, signal }: AcquireOptions): Promise<HeldLock> {
    const deadline = performance.now() + waitMs;
    if (waitMs > 0) await this.#giveWay(signal);
    const started = performance.now();
    for (let pause = MIN_PAUSE_MS; ; pause = pauseAfter(pause, performance.now() - started)) {
      if (signal?.aborted) throw new TimecardError('cancelled', 'Cancelled.', { outcome: 'notSent' });
      const held = this.#isTaken ? undefined : await this.#take();
      if (held !== undefined) return held;
      if (performance.now() >= deadline) throw this.#busy();
      if (!this.#isTaken) await this.#removeWhenDead();
      await this.#sayWaiting();
      await wait(pause * (0.5 + Math.random()), signal);
    }
  }

  /** Lets others have their turn: without this, one who commits all the time would hardly let anybody else in. */
  async #giveWay(signal: AbortSignal | undefined): Promise<void> {
    if (!this.#wasLast) return;
    this.#wasLast = false;
    try {
      const { mtimeMs } = await fs.promises.stat(this.#waitingPath);
      if (Math.abs(Date.now() - mtimeMs) > SIGNAL_COUNTS_MS) return;
    } catch {
      // Nobody ever waited.
      return;
    }
    await wait(GIVE_WAY_MS * (0.5 + Math.random()), signal);
  }

  async #sayWaiting(): Promise<void> {
    const now = performance.now();
    if (now - this.#signalledAt < SIGNAL_EVERY_MS) return;
    this.#signalledAt = now;
    await fs.promises.writeFile(this.#waitingPath, '', { mode: 0o600 }).catch(() => {
      // Being heard is a courtesy; waiting works without it.
    });
  }

  async #take(): Promise<HeldLock | undefined> {
    this.#isTaken = true;
    let held: HeldLock | undefined;
    try {
      held = await this.#tryOnce();
    } finally {
      this.#isTaken = held !== undefined;
    }
    return held;
  }

  async #tryOnce(): Promise<HeldLock | undefined> {
    const state = { lost: false };
    let release: () => Promise<void>;
    try {
      release = await lockfile.lock(this.#lockPath, {
        lockfilePath: this.#lockPath,
        realpath: false,
        stale: this.limits.staleMs,
        update: Math.min(this.limits.updateMs, this.limits.staleMs / 2),
        retries: 0,
        fs: this.#fs,
        onCompromised: (error) => {
          state.lost = true;
          this.log.warn(`The lock "${this.name}" was lost: ${error.message}`);
        },
      });
    } catch (error) {
      if (isBusy(error)) return undefined;
      if (!hasCode(error, 'ENOENT')) throw error;
      // Somebody removed the whole folder.
      await fs.promises.mkdir(dirname(this.#lockPath), { recursive: true });
      return this.#tryOnce();
    }
    return this.#own(state, release);
  }

  async #own(state: { lost: boolean }, release: () => Promise<void>): Promise<HeldLock> {
    const token = `${process.pid} ${randomUUID()}`;
    const giveBack = () => this.#giveBack(state, release);
    try {
      await fs.promises.writeFile(this.#ownerPath, token, { mode: 0o600 });
    } catch (error) {
      await giveBack();
      throw error;
    }
    const isHeld = () => !state.lost && this.#currentToken() === token;
    return {
      isHeld,
      release: async () => {
        this.#wasLast = true;
        await (isHeld() ? giveBack() : this.#forget(state, release));
        this.#isTaken = false;
      },
      assertHeld: () => {
        if (!isHeld()) throw new TimecardError('storageBusy', `Another window took over the lock "${this.name}".`);
      },
    };
  }

  #currentToken(): string | undefined {
    try {
      return fs.readFileSync(this.#ownerPath, 'utf8');
    } catch (error) {
      this.log.warn(`The owner of the lock "${this.name}" cannot be read: ${String(error)}`);
      return undefined;
    }
  }

  async #giveBack(state: { lost: boolean }, release: () => Promise<void>): Promise<void> {
    if (state.lost) return;
    try {
      await release();
    } catch (error) {
      this.log.warn(`The lock "${this.name}" could not be given back: ${String(error)}`);
    }
  }

  /** Stops the signs of life of a lock that another process took over, and leaves that process's folder alone. */
  async #forget(state: { lost: boolean }, release: () => Promise<void>): Promise<void> {
    if (state.lost) return;
    this.log.warn(`The lock "${this.name}" was taken over by another window.`);
    this.#keepFolder = true;
    const released = this.#giveBack(state, release);
    this.#keepFolder = false;
    await released;
  }

  /**
   * proper-lockfile compares the folder's time with the wall clock, so a clock that was set back would keep a dead
   * holder's lock for as long. A lock that shows no sign of life by the monotonic clock is removed here.
   */
  async #removeWhenDead(): Promise<void> {
    const seen = await this.#lastSign();
    const now = performance.now();
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#seenSince = now;
      return;
    }
    if (seen === '' || now - this.#seenSince <= this.limits.staleMs + this.limits.updateMs) return;
    this.log.warn(`The lock "${this.name}" shows no sign of life and is taken over.`);
    await fs.promises.rmdir(this.#lockPath).catch((error: unknown) => this.log.warn(String(error)));
  }

  async #lastSign(): Promise<string> {
    try {
      const stat = await fs.promises.stat(this.#lockPath, { bigint: true });
      return `${stat.ino}:${stat.mtimeNs}`;
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) this.log.warn(String(error));
      return '';
    }
  }

  #busy(): TimecardError {
    const message = `Another window is busy with "${this.name}" and has not finished in time. Try again.`;
    return new TimecardError('storageBusy', message, { outcome: 'notSent' });
  }
}
