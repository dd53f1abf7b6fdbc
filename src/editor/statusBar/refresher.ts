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
  private asked = false;
  private disposed = false;

  constructor(private readonly options: Options) {}

  request(): void {
    if (this.disposed) return;
    this.asked = true;
    if (this.running || this.timer !== undefined) return;
    if (this.options.delayMs === 0) void this.run();
    else this.timer = setTimeout(() => void this.run(), this.options.delayMs);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async run(): Promise<void> {
    this.timer = undefined;
    this.asked = false;
    this.running = true;
    try {
      await this.options.refresh();
    } finally {
      this.running = false;
      if (this.asked) this.request();
    }
  }
}
