import * as v from 'valibot';
import { asTimecardError, TimecardError } from '../core/errors.ts';
import type { Clock, Log, Random, Sleep } from '../core/ports.ts';
import type { Endpoint } from './endpoint.ts';
import { type Asked, failureOf, misunderstood } from './errors.ts';
import type { HttpRequest, Send } from './http.ts';
import { isGatewayError, jsonOf, type Reply } from './reply.ts';

export interface ClientDeps {
  readonly send: Send;
  readonly userAgent: string;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Log;
}

export type Query = Readonly<Record<string, string | number | boolean>>;

interface Call {
  /** Path segments after the API's root; encoded here. */
  readonly path: readonly string[];
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** How long the answer may be, in bytes, where that is more than usual. */
  readonly maxBytes?: number;
}

export interface WriteResult {
  readonly reply: Reply;
  readonly failure: TimecardError | undefined;
}

/** The endpoint with the token that holds now; `refused` is the one Jira has just answered 401 to. */
export type Renew = (refused?: Endpoint) => Promise<Endpoint>;

type Method = HttpRequest['method'];

/** How often a read is sent at most. */
const READ_TRIES = 4;
/** The longest wait a read takes upon itself when Jira asks for one. */
const MAX_READ_WAIT_MS = 10_000;
const FIRST_BACKOFF_MS = 500;
/** Shorter texts are no tokens, and hiding them would garble replies. */
const MIN_SECRET = 6;

/** Requests to one endpoint: headers, retries of reads, and what replies mean. */
export class JiraClient {
  constructor(
    private readonly deps: ClientDeps,
    readonly endpoint: Endpoint,
    private readonly tries: number = READ_TRIES,
    private readonly renew?: Renew,
  ) {}

  /** Asks and checks the answer; repeated on passing failures, with a growing wait. */
  async get<S extends v.GenericSchema>(call: Call, schema: S): Promise<v.InferOutput<S>> {
    return this.read('GET', call, schema);
  }

  /** A question that Jira wants as a POST. */
  async query<S extends v.GenericSchema>(call: Call, schema: S): Promise<v.InferOutput<S>> {
    return this.read('POST', call, schema);
  }

  /**
   * Changes something: sent exactly once. Rejects when there was no reply; `failure` is set when there was one that is
   * neither JSON nor empty (204), or that says no.
   */
  async write(method: 'POST' | 'PUT' | 'DELETE', call: Call): Promise<WriteResult> {
    return this.once(method, call, true);
  }

  /** The body of a reply; `server` or `notJira` when it is not what Jira's description says. */
  parse<S extends v.GenericSchema>(reply: Reply, schema: S, write: boolean): v.InferOutput<S> {
    const parsed = v.safeParse(schema, jsonOf(reply), { abortEarly: true });
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    this.deps.log.warn(`Unexpected reply: ${v.getDotPath(issue) ?? 'body'} is not as expected`);
    throw this.misunderstood(reply, write);
  }

  /** For a reply that is not what was asked for. */
  misunderstood(reply: Reply, write: boolean): TimecardError {
    return misunderstood(reply, this.asked(write));
  }

  private asked(write: boolean): Asked {
    return { write, signedIn: this.endpoint.authorization !== undefined, site: this.endpoint.site };
  }

  private async read<S extends v.GenericSchema>(method: Method, call: Call, schema: S): Promise<v.InferOutput<S>> {
    for (let failures = 1; ; failures++) {
      try {
        const { reply, failure } = await this.once(method, call, false);
        if (failure !== undefined) throw failure;
        return this.parse(reply, schema, false);
      } catch (thrown) {
        const error = asTimecardError(thrown);
        const wait = failures < this.tries ? this.waitAfter(error, failures) : undefined;
        if (wait === undefined) throw error;
        await this.deps.sleep(wait, call.signal);
      }
    }
  }

  /** How long to wait before the next try; `undefined` when trying again is of no use. */
  private waitAfter(error: TimecardError, failures: number): number | undefined {
    const status = error.httpStatus ?? 0;
    const passing =
      (error.reason === 'network' && status === 0) ||
      error.reason === 'rateLimited' ||
      (error.reason === 'server' && (status >= 500 || status === 408));
    if (!passing || (error.retryAfterMs ?? 0) > MAX_READ_WAIT_MS) return undefined;
    const backoff = FIRST_BACKOFF_MS * 2 ** (failures - 1) * (0.7 + 0.6 * this.deps.random());
    return Math.max(error.retryAfterMs ?? 0, backoff);
  }

  /** Jira has done nothing for a 401, so a token that can be renewed is, and the request repeated; once. */
  private async once(method: Method, call: Call, write: boolean): Promise<WriteResult> {
    if (this.renew === undefined) return this.attempt(method, call, write, this.endpoint);
    const endpoint = await this.renew();
    const first = await this.attempt(method, call, write, endpoint);
    const refused = first.reply.status === 401 && first.failure?.reason === 'unauthorized';
    return refused ? this.attempt(method, call, write, await this.renew(endpoint)) : first;
  }

  private async attempt(method: Method, call: Call, write: boolean, endpoint: Endpoint): Promise<WriteResult> {
    const path = pathText(call.path);
    const reply = await this.exchange(method, path, call, write, endpoint);
    const failure = failureOf(reply, this.asked(write), this.deps.clock.now());
    return { reply, failure: failure && (await this.understand(failure, reply, call, endpoint)) };
  }

  private async exchange(method: Method, path: string, call: Call, write: boolean, endpoint: Endpoint): Promise<Reply> {
    const started = this.deps.clock.now();
    try {
      const reply = await this.deps.send(requestTo(endpoint, this.deps.userAgent, method, path, call));
      this.deps.log.info(`${method} ${path}: ${reply.status} in ${this.deps.clock.now() - started} ms`);
      return hideSecrets(reply, endpoint);
    } catch (thrown) {
      const error = asTimecardError(thrown, 'network');
      this.deps.log.warn(`${method} ${path}: ${error.reason} after ${this.deps.clock.now() - started} ms`);
      throw write ? error : asRead(error);
    }
  }

  /**
   * The gateway answers a wrong token and a missing scope alike: 401 `{ code, message }`, told apart only by English
   * words. So a token that is let in elsewhere (another scope's resource) lacks a scope; one that is let in nowhere is
   * not accepted.
   */
  private async understand(
    failure: TimecardError,
    reply: Reply,
    call: Call,
    endpoint: Endpoint,
  ): Promise<TimecardError> {
    const ambiguous = this.endpoint.viaGateway && reply.status === 401 && isGatewayError(reply);
    if (!ambiguous || !(await this.isLetInElsewhere(call, endpoint))) return failure;
    const details = { outcome: 'refused', httpStatus: reply.status } as const;
    return new TimecardError('scopeMissing', scopeAdvice(endpoint), details);
  }

  private async isLetInElsewhere(call: Call, endpoint: Endpoint): Promise<boolean> {
    const probe: Call =
      call.path[0] === 'myself'
        ? { path: ['mypermissions'], query: { permissions: 'BROWSE_PROJECTS' } }
        : { path: ['myself'] };
    try {
      const reply = await this.deps.send(
        requestTo(endpoint, this.deps.userAgent, 'GET', pathText(probe.path), { ...probe, signal: call.signal }),
      );
      return reply.status === 200 && failureOf(reply, this.asked(false), this.deps.clock.now()) === undefined;
    } catch (error) {
      this.deps.log.warn(`The token could not be checked: ${asTimecardError(error).reason}`);
      return false;
    }
  }
}

function scopeAdvice({ isOAuth = false }: Endpoint): string {
  const how = isOAuth
    ? 'The OAuth app lacks a scope. Have its administrator give it'
    : 'The API token lacks a scope. Create one with';
  return `${how} the scopes read:jira-work, write:jira-work and read:jira-user, then sign in again.`;
}

function requestTo(endpoint: Endpoint, userAgent: string, method: Method, path: string, call: Call): HttpRequest {
  const { base, authorization } = endpoint;
  const query = queryText(call.query ?? {});
  return {
    method,
    url: `${base}/${path}${query === '' ? '' : `?${query}`}`,
    headers: {
      Accept: 'application/json',
      // A browser's User-Agent makes Jira refuse writes (github.com/stablyai/orca/issues/5957).
      'User-Agent': userAgent,
      'X-Atlassian-Token': 'no-check',
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
    ...(call.maxBytes === undefined ? {} : { maxBytes: call.maxBytes }),
  };
}

function hideSecrets(reply: Reply, { secrets }: Endpoint): Reply {
  const found = secrets.filter((secret) => secret.length >= MIN_SECRET && reply.body.includes(secret));
  return found.length === 0
    ? reply
    : { ...reply, body: found.reduce((body, secret) => body.replaceAll(secret, '***'), reply.body) };
}

function pathText(path: readonly string[]): string {
  return path.map(encodeURIComponent).join('/');
}

function queryText(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return parameters.toString();
}

/** A read changes nothing, whatever became of it. */
function asRead(error: TimecardError): TimecardError {
  if (error.outcome !== 'unknown') return error;
  return new TimecardError(error.reason, error.message, {
    outcome: 'refused',
    ...(error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.limitScope === undefined ? {} : { limitScope: error.limitScope }),
  });
}
