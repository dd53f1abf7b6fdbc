import type { Host } from './model.ts';

/** One request as it came in. Secrets are left out. */
export interface RequestEntry {
  readonly sequence: number;
  /** UTC ms of the simulator's clock. */
  readonly at: number;
  readonly host: Host;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** `authorization` keeps its scheme only. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON where it is JSON, else text; `undefined` when empty. */
  readonly body: unknown;
  /** Kind of the fault that struck it. */
  readonly fault: string | undefined;
  /** What was answered; `undefined` while open and when nothing was. */
  status: number | undefined;
  /** What Jira did, also when a fault kept the answer back; `undefined` while it has not been at work. */
  work: Work | undefined;
}

/** Status of Jira's own answer, and the id of what it made. */
export interface Work {
  readonly status: number;
  readonly madeId?: string;
}

export interface RequestFilter {
  readonly method?: string;
  readonly path?: RegExp;
  readonly host?: Host;
}

const KEPT = 20_000;

/** What came in, and how much of it at once. */
export class Journal {
  #entries: RequestEntry[] = [];
  #sequence = 0;
  #open = new Map<string, number>();
  #peaks = new Map<string, number>();

  add(entry: Omit<RequestEntry, 'sequence'>): RequestEntry {
    this.#sequence += 1;
    const numbered = { sequence: this.#sequence, ...entry };
    this.#entries.push(numbered);
    if (this.#entries.length > KEPT) this.#entries.shift();
    return numbered;
  }

  /** Counts an open write; @returns what to call when it is over. */
  opened(what: string): () => void {
    const now = (this.#open.get(what) ?? 0) + 1;
    this.#open.set(what, now);
    this.#peaks.set(what, Math.max(now, this.#peaks.get(what) ?? 0));
    return () => {
      this.#open.set(what, (this.#open.get(what) ?? 1) - 1);
    };
  }

  /** Most writes that were open at once: `site` for all, or an issue's id. */
  peak(what: string): number {
    return this.#peaks.get(what) ?? 0;
  }

  entries(filter: RequestFilter = {}): readonly RequestEntry[] {
    return this.#entries.filter(
      (entry) =>
        (filter.method === undefined || entry.method === filter.method) &&
        (filter.host === undefined || entry.host === filter.host) &&
        (filter.path?.test(entry.path) ?? true),
    );
  }

  clear(): void {
    this.#entries = [];
    this.#peaks = new Map(this.#open);
  }
}

/** Headers without what would let a reader sign in. */
export function safeHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const hidden = new Set(['authorization', 'cookie', 'proxy-authorization']);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
      return [name, hidden.has(name) ? `${text.split(' ')[0] ?? ''} ***` : text];
    }),
  );
}
