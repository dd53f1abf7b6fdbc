import type { Disposable, Log } from '../core/ports.ts';
import type { StoreNotice } from '../core/storePorts.ts';

/** Listeners of one kind of event; one that throws is logged and does not disturb the others. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  constructor(private readonly log: Log) {}

  add(listener: (value: T) => void): Disposable {
    const own = (value: T) => listener(value);
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  }

  fire(value: T): void {
    for (const listener of [...this.#listeners]) this.tell(listener, value);
  }

  tell(listener: (value: T) => void, value: T): void {
    try {
      listener(value);
    } catch (error) {
      this.log.error('A listener of the database failed.', error);
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** What the user should be told about the file; who comes late hears what still holds. */
export class Notices {
  readonly #listeners: Listeners<StoreNotice>;
  #standing: readonly StoreNotice[] = [];
  #unsaved = false;

  constructor(log: Log) {
    this.#listeners = new Listeners(log);
  }

  on(listener: (notice: StoreNotice) => void): Disposable {
    let active = true;
    const heard = new Set<StoreNotice>();
    const once = (notice: StoreNotice) => {
      if (!active || heard.has(notice)) return;
      heard.add(notice);
      listener(notice);
    };
    const registered = this.#listeners.add(once);
    const missed = this.#standing;
    queueMicrotask(() => {
      for (const notice of missed) this.#listeners.tell(once, notice);
    });
    return {
      dispose: () => {
        active = false;
        registered.dispose();
      },
    };
  }

  add(notice: StoreNotice): void {
    this.#standing = [...this.#standing, notice];
    this.#listeners.fire(notice);
  }

  /** Told once until `saved`. */
  unsaved(message: string): void {
    if (this.#unsaved) return;
    this.#unsaved = true;
    this.add({ kind: 'unsaved', message });
  }

  saved(): void {
    if (!this.#unsaved) return;
    this.#unsaved = false;
    this.#standing = this.#standing.filter((notice) => notice.kind !== 'unsaved');
    this.#listeners.fire({ kind: 'saved', message: 'The changes that were waiting are saved now.' });
  }
}
