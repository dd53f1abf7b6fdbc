/** When a fault strikes: before Jira does anything, or after it has done it and only the answer suffers. */
export type When = 'before' | 'after';

export type FaultKind =
  /** The connection is reset. */
  | { readonly kind: 'drop'; readonly when: When }
  /** No answer at all, until the simulator closes. */
  | { readonly kind: 'hang'; readonly when: When }
  | { readonly kind: 'status'; readonly when: When; readonly status: number; readonly body?: string }
  /** 200 with a JSON content type and a body that is not JSON. */
  | { readonly kind: 'garbage'; readonly when: When }
  /** The answer stops in the middle of its body. */
  | { readonly kind: 'truncate'; readonly when: 'after' }
  /** 200 with the login page of a single-sign-on proxy. */
  | { readonly kind: 'html' }
  /** 302 to a host that is not Jira. */
  | { readonly kind: 'redirect' }
  /** `retryAfter`: seconds, or `date` for an HTTP date 2 s ahead; absent: no header. */
  | { readonly kind: 'rateLimited'; readonly retryAfter?: number | 'date'; readonly reason?: string }
  | { readonly kind: 'unavailable'; readonly retryAfter?: number | 'date' }
  /** The answer comes late; with `before`, the work is done late too. */
  | { readonly kind: 'latency'; readonly when: When; readonly ms: number };

export type Fault = FaultKind & {
  /** Upper-case HTTP method; absent: any. */
  readonly method?: string;
  /** Regular expression source, tested against path and query string; absent: any. */
  readonly path?: string;
  /** How many requests it strikes; absent: until cleared. */
  readonly times?: number;
};

interface Armed {
  readonly id: number;
  readonly fault: Fault;
  readonly pattern: RegExp | undefined;
  left: number;
}

/** The faults that wait for their requests. The first that matches strikes. */
export class Faults {
  #armed: Armed[] = [];
  #nextId = 1;

  /** @returns the id that `remove` takes. */
  add(fault: Fault): number {
    const id = this.#nextId;
    this.#nextId += 1;
    const pattern = fault.path === undefined ? undefined : new RegExp(fault.path);
    this.#armed.push({ id, fault, pattern, left: fault.times ?? Number.POSITIVE_INFINITY });
    return id;
  }

  remove(id: number): void {
    this.#armed = this.#armed.filter((each) => each.id !== id);
  }

  clear(): void {
    this.#armed = [];
  }

  /** Faults that have not struck as often as they were told to. */
  pending(): readonly Fault[] {
    return this.#armed.map((each) => each.fault);
  }

  /** Takes the fault that strikes this request, if one does. */
  take(method: string, pathAndQuery: string): Fault | undefined {
    const hit = this.#armed.find(
      ({ fault, pattern }) =>
        (fault.method === undefined || fault.method === method) && (pattern?.test(pathAndQuery) ?? true),
    );
    if (hit === undefined) return undefined;
    hit.left -= 1;
    if (hit.left <= 0) this.remove(hit.id);
    return hit.fault;
  }
}

const KINDS = [
  'drop',
  'hang',
  'status',
  'garbage',
  'truncate',
  'html',
  'redirect',
  'rateLimited',
  'unavailable',
  'latency',
];

/** Checks a fault that came in over HTTP. */
export function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const kind = value.kind;
  if (typeof kind !== 'string' || !KINDS.includes(kind)) return false;
  if (['drop', 'hang', 'status', 'garbage', 'latency', 'truncate'].includes(kind)) {
    if (!('when' in value) || (value.when !== 'before' && value.when !== 'after')) return false;
  }
  if (kind === 'status') return 'status' in value && typeof value.status === 'number';
  if (kind === 'latency') return 'ms' in value && typeof value.ms === 'number';
  return true;
}
