import type { Disposable } from '../../core/ports.ts';

const MINUTE_MS = 60_000;
/** A timeout beyond this, in ms, would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

interface Deps {
  readonly now: () => number;
  readonly onMinute: () => void;
  /** Calls back once after `ms`; disposing it calls that off. */
  readonly after?: (ms: number, callback: () => void) => Disposable;
}

/** Milliseconds until the elapsed time since `start` (both UTC ms) is next a whole number of minutes; 1 to 60,000. */
export function untilNextMinute(start: number, now: number): number {
  const into = (now - start) % MINUTE_MS;
  return MINUTE_MS - (into < 0 ? into + MINUTE_MS : into);
}

/**
 * Calls back at every whole minute since a start, or once at a moment: one timeout at a time, aimed anew from the clock
 * each time so that it never drifts, and none while nothing is followed.
 */
export class MinuteTimer implements Disposable {
  private pending: Disposable | undefined;
  private start: number | undefined;

  constructor(private readonly deps: Deps) {}

  /**
   * @param start UTC ms the minutes are counted from; `undefined` stops
   * @param moment UTC ms to call back once at instead; one that has passed is not waited for
   */
  follow(start: number | undefined, moment = 0): void {
    this.stop();
    this.start = start;
    if (start === undefined) this.awaitMoment(moment);
    else this.aim();
  }

  dispose(): void {
    this.follow(undefined);
  }

  private aim(): void {
    if (this.start === undefined) return;
    const after = this.deps.after ?? afterTimeout;
    this.pending = after(untilNextMinute(this.start, this.deps.now()), () => this.fire());
  }

  private awaitMoment(moment: number): void {
    const wait = moment - this.deps.now();
    if (wait <= 0) return;
    const after = this.deps.after ?? afterTimeout;
    this.pending = after(Math.min(wait, LONGEST_TIMEOUT_MS), () => this.fire());
  }

  private fire(): void {
    this.pending = undefined;
    this.aim();
    this.deps.onMinute();
  }

  private stop(): void {
    this.pending?.dispose();
    this.pending = undefined;
  }
}

function afterTimeout(ms: number, callback: () => void): Disposable {
  const timer = setTimeout(callback, ms);
  return { dispose: () => clearTimeout(timer) };
}
