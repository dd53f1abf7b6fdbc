import axios, { type AxiosInstance, type AxiosResponse, isAxiosError } from 'axios';
import { TimecardError } from '../core/errors.ts';
import { connectionError } from './connectionErrors.ts';
import type { Reply } from './reply.ts';

const MAX_BYTES = 10 * 1024 * 1024;

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Sends one request, once. Rejects with `network`, `tls` or `cancelled`; any HTTP reply resolves. */
export type Send = (request: HttpRequest) => Promise<Reply>;

/**
 * One axios instance on Node's http adapter. No proxy of its own (VS Code's applies), no redirects (a token would go
 * along), and `timeoutMs` covers the whole exchange, also a body that never ends.
 */
export function createSend(timeoutMs: number): Send {
  const client = axios.create({
    adapter: 'http',
    proxy: false,
    maxRedirects: 0,
    maxContentLength: MAX_BYTES,
    maxBodyLength: MAX_BYTES,
    validateStatus: () => true,
    responseType: 'text',
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
  });
  return (request) => exchange(client, request, timeoutMs);
}

async function exchange(client: AxiosInstance, request: HttpRequest, timeoutMs: number): Promise<Reply> {
  const { host } = new URL(request.url);
  const { signal } = request;
  if (isAborted(signal)) throw cancelled('notSent');
  // Not AbortSignal.any over AbortSignal.timeout: Node 20 may collect that as garbage before it fires.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  const onCancel = () => limit.abort();
  signal?.addEventListener('abort', onCancel, { once: true });
  try {
    const response: AxiosResponse<unknown> = await client.request({
      method: request.method,
      url: request.url,
      headers: request.headers,
      signal: limit.signal,
      ...(request.body === undefined ? {} : { data: request.body }),
    });
    return replyOf(response);
  } catch (error) {
    if (isAborted(signal)) throw cancelled('unknown');
    if (limit.signal.aborted) throw timedOut(host, timeoutMs);
    throw isTooLarge(error) ? tooLarge(host) : connectionError(causeOf(error), host);
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

/** Axios errors hold the request with its Authorization header: only what Node said is taken from them. */
function causeOf(error: unknown): unknown {
  return isAxiosError(error) && error.cause !== undefined ? error.cause : error;
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** The one failure that axios itself reports while a reply comes in, without keeping the reply. */
function isTooLarge(error: unknown): boolean {
  return isAxiosError(error) && error.code === 'ERR_BAD_RESPONSE' && error.response === undefined;
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
