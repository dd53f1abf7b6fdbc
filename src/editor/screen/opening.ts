import type { Disposable } from '../../core/ports.ts';

/** Where the use cases come from: the database opens after the screen shows. */
export interface Opening<S> {
  readonly ready: Promise<S>;
  /** Tries again what `ready` failed at; without it a failure is final. */
  readonly reopen?: (() => Promise<S>) | undefined;
}

interface Listener<S> {
  /** Called once, when there is something to show. */
  opened(services: S): void;
  failed(error: unknown): void;
}

/** The use cases as a screen sees them: not there yet, there, or not to be had for now. */
export class OpenedServices<S> implements Disposable {
  private services: S | undefined;
  private current: Promise<S>;
  private failed = false;
  private disposed = false;

  constructor(
    private readonly opening: Opening<S>,
    private readonly listener: Listener<S>,
  ) {
    this.current = this.watched(opening.ready);
  }

  /** What is there now, without waiting. */
  get now(): S | undefined {
    return this.services;
  }

  /** Waits for the database, trying again what has failed; `undefined` when it cannot be opened, or came too late. */
  async get(): Promise<S | undefined> {
    if (this.services !== undefined) return this.services;
    try {
      const services = await this.open();
      if (this.disposed) return undefined;
      if (this.services === undefined) {
        this.services = services;
        this.listener.opened(services);
      }
      return services;
    } catch (error) {
      this.listener.failed(error);
      return undefined;
    }
  }

  dispose(): void {
    this.disposed = true;
  }

  private open(): Promise<S> {
    const { reopen } = this.opening;
    if (this.failed && reopen !== undefined) {
      this.failed = false;
      this.current = this.watched(reopen());
    }
    return this.current;
  }

  private watched(opening: Promise<S>): Promise<S> {
    opening.catch(() => {
      this.failed = true;
    });
    return opening;
  }
}
