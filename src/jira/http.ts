import type { AxiosError, AxiosInstance, AxiosResponse } from 'axios';
import { TimecardError } from '../core/errors.ts';
import { connectionError } from './connectionErrors.ts';
import type { Reply } from './reply.ts';

/** Far more than an issue, a worklog or a page of issues takes; whatever it holds is read within 100 ms. */
export const USUAL_BYTES = 512 * 1024;
const LONGEST_REQUEST_BYTES = 10 * 1024 * 1024;

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How long an answer may be, in bytes, where that is more than usual. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** Sends one request, once. Rejects with `network`, `tls` or `cancelled`; any HTTP reply resolves. */
export type Send = (request: HttpRequest) => Promise<Reply>;

interface Http {
  readonly client: AxiosInstance;
  readonly isAxiosError: (error: unknown) => error is AxiosError;
}

/**
 * One axios instance on Node's http adapter. No proxy of its own (VS Code's applies), no redirects (a token would go
 * along), and `timeoutMs` covers the whole exchange, also a body that never ends.
 */
export function createSend(timeoutMs: number): Send {
  let http: Promise<Http> | undefined;
  return async (request) => {
    http ??= openHttp();
    return exchange(await http, request, timeoutMs);
  };
}

/** Loaded with the first request: axios would take most of the time the extension has for starting. */
async function openHttp(): Promise<Http> {
  const { default: axios, isAxiosError } = await import('axios');
  const client = axios.create({
    adapter: 'http',
    proxy: false,
    maxRedirects: 0,
    maxContentLength: USUAL_BYTES,
    maxBodyLength: LONGEST_REQUEST_BYTES,
    validateStatus: () => true,
    responseType: 'text',
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
  });
  return { client, isAxiosError };
}

async function exchange(http: Http, request: HttpRequest, timeoutMs: number): Promise<Reply> {
  const { host } = new URL(request.url);
  const { signal } = request;
  if (isAborted(signal)) throw cancelled('notSent');
  // Not AbortSignal.any over AbortSignal.timeout: Node 20 may collect that as garbage before it fires.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  const onCancel = () => limit.abort();
  signal?.addEventListener('abort', onCancel, { once: true });
  try {
    const response: AxiosResponse<unknown> = await http.client.request({
      method: request.method,
      url: request.url,
      headers: request.headers,
      signal: limit.signal,
      ...(request.body === undefined ? {} : { data: request.body }),
      ...(request.maxBytes === undefined ? {} : { maxContentLength: request.maxBytes }),
    });
    return replyOf(response);
  } catch (error) {
    if (isAborted(signal)) throw cancelled('unknown');
    if (limit.signal.aborted) throw timedOut(host, timeoutMs);
    throw understood(error, http, host);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onCancel);
  }
}

function replyOf(response: AxiosResponse<unknown>): Reply {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined && value !== null) headers[name.toLowerCase()] = String(value);
  }
  return { status: response.status, headers, body: typeof response.data === 'string' ? response.data : '' };
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Axios errors hold the request with its Authorization header: only what Node said is taken from them. */
function understood(error: unknown, { isAxiosError }: Http, host: string): TimecardError {
  if (!isAxiosError(error)) return connectionError(error, host);
  // The one failure that axios itself reports while a reply comes in, without keeping the reply.
  const tooLong = error.code === 'ERR_BAD_RESPONSE' && error.response === undefined;
  return tooLong ? tooLarge(host) : connectionError(error.cause ?? error, host);
}

function tooLarge(host: string): TimecardError {
  return new TimecardError('server', `The answer of ${host} was larger than Timecard reads.`, { outcome: 'unknown' });
}

function cancelled(outcome: 'notSent' | 'unknown'): TimecardError {
  return new TimecardError('cancelled', 'Cancelled.', { outcome });
}

function timedOut(host: string, timeoutMs: number): TimecardError {
  const seconds = Math.max(1, Math.round(timeoutMs / 1_000));
  return new TimecardError(
    'network',
    `${host} did not answer within ${seconds} s. Check your network or VPN, then try again.`,
    {
      outcome: 'unknown',
    },
  );
}
