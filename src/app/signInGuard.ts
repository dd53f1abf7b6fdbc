import { asTimecardError, type Reason, TimecardError } from '../core/errors.ts';
import type { JiraSession } from '../core/jiraPorts.ts';
import type { Clock, Log, Secrets } from '../core/ports.ts';
import type { Connection } from '../core/records.ts';
import { MAX_FAILED_SIGN_INS, signInsStopped, stoppedError } from '../core/signInLimit.ts';
import type { Store } from '../core/storePorts.ts';

interface Deps {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
}

export interface GuardOptions {
  /** The user asks for this request: it may find out whether Jira lets us in again. */
  readonly byHand?: boolean;
}

/** A success is written down this often at most, so that a sync does not commit for every request. */
const SUCCESS_EVERY_MS = 60_000;

/**
 * After a refusal nothing is sent for this long: a portal's or an incident's 401, met by everything that is asked while
 * somebody types, is one refusal and not three.
 */
const PAUSE_MS = 10_000;

/** What says something about the site or the credentials, and not about one issue. */
const OF_THE_SITE: ReadonlySet<Reason> = new Set([
  'unauthorized',
  'captcha',
  'signedOut',
  'scopeMissing',
  'notJira',
  'tls',
  'network',
]);

/**
 * Stands before every request with stored credentials: keeps the connection's status, counts refused sign-ins in the
 * database (that is, across windows) and sends nothing more after three in a row, except what the user asks for.
 */
export class SignInGuard {
  /** The last refusals this window met. */
  private readonly refusals = new Map<string, { readonly at: number; readonly message: string }>();

  constructor(private readonly deps: Deps) {}

  /**
   * Rejects with `unauthorized` or `captcha` when nothing may be sent; with `retryAfterMs` when that is for now. Resolves with how many sign-ins were
   * refused so far.
   */
  async check(id: string, { byHand = false }: GuardOptions = {}): Promise<number> {
    const connection = await this.deps.store.read((db) => db.connection(id));
    const refused = connection?.failedSignIns ?? 0;
    if (connection === undefined || refused === 0 || byHand) return refused;
    if (signInsStopped(connection)) throw stoppedError(connection);
    const { at, message } = this.refusals.get(id) ?? { at: Number.NEGATIVE_INFINITY, message: '' };
    const retryAfterMs = PAUSE_MS - Math.abs(this.deps.clock.now() - at);
    if (retryAfterMs <= 0) return refused;
    throw new TimecardError('unauthorized', message, { outcome: 'notSent', retryAfterMs });
  }

  /**
   * The same session, guarded. Until one request got through, requests go one at a time: several at once would be
   * refused together before the first could be counted.
   */
  guarded(connection: Connection, token: string, session: JiraSession, options?: GuardOptions): JiraSession {
    // An access token of OAuth is renewed now and then, and the same grant stays behind it.
    const used = connection.authType === 'oauth' ? undefined : token;
    const inTurn = oneAtATimeAtFirst();
    const send = (call: () => Promise<unknown>) => inTurn(() => this.watched(connection.id, used, call, options));
    return new Proxy(session, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => send(async () => Reflect.apply(value, target, args));
      },
    });
  }

  /**
   * Writes down a failure that says something about the site or the credentials.
   * @param refusedBefore how many sign-ins had been refused when the request was started
   */
  async failed(id: string, used: string | undefined, error: TimecardError, refusedBefore = 0): Promise<void> {
    if (!OF_THE_SITE.has(error.reason)) return;
    const isRefusal = error.reason === 'unauthorized' || error.reason === 'captcha';
    if (isRefusal && used !== undefined && (await this.deps.secrets.get(id)) !== used) return;
    if (isRefusal) this.refusals.set(id, { at: this.deps.clock.now(), message: error.message });
    await this.note(id, (connection) => withFailure(connection, error, refusedBefore));
  }

  /** Writes down why the site cannot be used now, whatever the reason is. */
  async problem(id: string, { reason, message }: TimecardError): Promise<void> {
    await this.note(id, (connection) =>
      connection.lastProblem?.reason === reason ? connection : { ...connection, lastProblem: { reason, message } },
    );
  }

  private async watched(
    id: string,
    used: string | undefined,
    call: () => Promise<unknown>,
    options: GuardOptions | undefined,
  ): Promise<unknown> {
    const refusedBefore = await this.check(id, options);
    let answer: unknown;
    try {
      answer = await call();
    } catch (thrown) {
      await this.failed(id, used, asTimecardError(thrown), refusedBefore);
      throw thrown;
    }
    await this.succeeded(id);
    return answer;
  }

  private async succeeded(id: string): Promise<void> {
    const now = this.deps.clock.now();
    await this.note(id, (connection) => withSuccess(connection, now));
  }

  /** The status is an extra: a disk that does not take it must not turn an answer of Jira into a failure. */
  private async note(id: string, change: (connection: Connection) => Connection): Promise<void> {
    const { store, log } = this.deps;
    try {
      const before = await store.read((db) => db.connection(id));
      if (before === undefined || change(before) === before) return;
      await store.commit((tx) => {
        const current = tx.connection(id);
        const changed = current === undefined ? undefined : change(current);
        if (changed !== undefined && changed !== current) tx.putConnection(changed);
      });
    } catch (error) {
      log.warn(`The status of a connection could not be kept: ${asTimecardError(error).message}`);
    }
  }
}

function withSuccess(connection: Connection, now: number): Connection {
  const { lastSuccessAt, lastProblem, failedSignIns } = connection;
  const isFresh = lastSuccessAt !== null && Math.abs(now - lastSuccessAt) < SUCCESS_EVERY_MS;
  if (isFresh && lastProblem === null && failedSignIns === 0) return connection;
  return { ...connection, lastSuccessAt: now, lastProblem: null, failedSignIns: 0 };
}

/** Requests that were under way when the first of them was refused count once, whatever window they are of. */
function withFailure(connection: Connection, error: TimecardError, refusedBefore: number): Connection {
  const { reason, message } = error;
  const { failedSignIns } = connection;
  const lastProblem = { reason, message };
  if (reason === 'captcha') return { ...connection, lastProblem, failedSignIns: MAX_FAILED_SIGN_INS };
  if (reason === 'unauthorized') {
    return failedSignIns === refusedBefore
      ? { ...connection, lastProblem, failedSignIns: failedSignIns + 1 }
      : connection;
  }
  // A lost network does not make a refused token less refused.
  if (failedSignIns > 0 || connection.lastProblem?.reason === reason) return connection;
  return { ...connection, lastProblem };
}

/** Runs calls one after the other until one has succeeded (again), then as they come. */
function oneAtATimeAtFirst(): <T>(call: () => Promise<T>) => Promise<T> {
  let isProven = false;
  let turn: Promise<void> | undefined;
  return async (call) => {
    while (!isProven && turn !== undefined) await turn;
    if (isProven) return call().catch(unproven);
    let pass: () => void = () => undefined;
    turn = new Promise((resolve) => {
      pass = resolve;
    });
    try {
      const answer = await call();
      isProven = true;
      return answer;
    } finally {
      turn = undefined;
      pass();
    }
  };

  function unproven(error: unknown): never {
    if (asTimecardError(error).reason === 'unauthorized') isProven = false;
    throw error;
  }
}
