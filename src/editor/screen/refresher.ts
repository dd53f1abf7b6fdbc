import type { Disposable } from '../../core/ports.ts';

interface Options {
  /** How long to gather requests, in ms; 0 starts at once. */
  readonly delayMs: number;
  /** Must not reject. */
  readonly refresh: () => Promise<void>;
}

/** Turns any number of requests into as few refreshes as show the newest state, never two at once. */
export class Refresher implements Disposable {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  /** The shortest delay asked for since the last refresh began. */
  private asked: number | undefined;
  private disposed = false;

  constructor(private readonly options: Options) {}

  /** @param delayMs for this request only; 0 does not wait for others to come in */
  request(delayMs = this.options.delayMs): void {
    if (this.disposed) return;
    this.asked = Math.min(this.asked ?? delayMs, delayMs);
    if (this.running) return;
    if (delayMs === 0) void this.run();
    else this.timer ??= setTimeout(() => void this.run(), delayMs);
  }

  /** Whether nothing has been asked for since the last refresh ended. */
  get isIdle(): boolean {
    return !this.running && this.asked === undefined;
  }

  dispose(): void {
    this.disposed = true;
    this.forgetTimer();
  }

  private async run(): Promise<void> {
    this.forgetTimer();
    this.asked = undefined;
    this.running = true;
    try {
      await this.options.refresh();
    } finally {
      this.running = false;
      if (this.asked !== undefined) this.request(this.asked);
    }
  }

  private forgetTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
