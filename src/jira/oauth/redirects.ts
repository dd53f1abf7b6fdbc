import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { invalid, TimecardError } from '../../core/errors.ts';
import type { OAuthRedirects, RedirectWait } from '../../core/oauthPorts.ts';
import { canListen, checkedRedirect } from './redirectUri.ts';

const LIMIT_MS = 5 * 60_000;

/** See `OAuthRedirects`. The page that the browser shows is plain text without scripts. */
export function createOAuthRedirects({ limitMs = LIMIT_MS }: { readonly limitMs?: number } = {}): OAuthRedirects {
  return {
    wait: async (redirectUri, state) => {
      const redirect = checkedRedirect(redirectUri);
      const wait = new Wait(redirect, state, limitMs);
      if (canListen(redirect)) await wait.listen();
      return wait;
    },
  };
}

class Wait implements RedirectWait {
  private server: Server | undefined;
  private isOver = false;
  private resolve: (code: string) => void = () => undefined;
  private reject: (error: TimecardError) => void = () => undefined;
  private readonly answer: Promise<string>;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly redirect: URL,
    private readonly state: string,
    limitMs: number,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // The wait may end before anybody asks for the code.
    this.answer.catch(() => undefined);
    this.timer = setTimeout(() => this.fail(timeIsUp(limitMs)), limitMs);
  }

  async listen(): Promise<void> {
    const server = createServer((request, response) => this.serve(request, response));
    const port = Number(this.redirect.port || '80');
    // `[::1]` is registered seldom, but then the browser goes there and nowhere else.
    const host = this.redirect.hostname === '[::1]' ? '::1' : '127.0.0.1';
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host, exclusive: true }, resolve);
      });
    } catch (error) {
      this.dispose();
      throw notListening(port, error);
    }
    this.server = server;
  }

  async code(signal?: AbortSignal): Promise<string> {
    const onAbort = () => this.fail(cancelled());
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await this.answer;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  paste(address: string): void {
    if (this.isOver) throw invalid('address', 'Signing in has ended already. Start again.');
    const url = URL.canParse(address.trim()) ? new URL(address.trim()) : undefined;
    if (url === undefined || !this.isRedirect(url)) {
      throw invalid('address', `Paste the whole address, which begins with ${this.redirect.href}.`);
    }
    if (!this.take(url)) {
      throw invalid('address', 'This address is of another sign-in. Paste the one the browser shows now.');
    }
  }

  dispose(): void {
    this.fail(cancelled());
    const { server } = this;
    this.server = undefined;
    server?.close();
    // What is being answered is let finish; browsers keep the rest open.
    server?.closeIdleConnections();
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    const url = URL.canParse(path, this.redirect.origin) ? new URL(path, this.redirect.origin) : undefined;
    if (request.method !== 'GET' || url === undefined || !this.isRedirect(url)) {
      page(response, 404, 'There is nothing here.');
    } else if (this.isOver) {
      page(response, 410, 'This sign-in has ended already. Go back to the editor.');
    } else if (this.take(url)) {
      page(response, 200, 'Signed in? The editor tells. You can close this page and go back to the editor.');
    } else {
      page(response, 400, 'This answer does not belong to the sign-in that the editor waits for.');
    }
  }

  private isRedirect(url: URL): boolean {
    return url.origin === this.redirect.origin && url.pathname === this.redirect.pathname;
  }

  /** Ends the wait when the address carries our state; `false` leaves everything as it is. */
  private take({ searchParams }: URL): boolean {
    if (!isSame(searchParams.get('state') ?? '', this.state)) return false;
    const code = searchParams.get('code') ?? '';
    const error = searchParams.get('error');
    if (error !== null) this.fail(refused(error));
    else if (code === '') return false;
    else this.end(() => this.resolve(code));
    return true;
  }

  private fail(error: TimecardError): void {
    this.end(() => this.reject(error));
  }

  private end(settle: () => void): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    settle();
  }
}

/** Without telling by its time how much of the state was right. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function page(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'",
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  });
  response.end(`<!DOCTYPE html><html lang="en"><head><title>Timecard</title></head><body><p>${text}</p></body></html>`);
}

function refused(error: string): TimecardError {
  const message =
    error === 'access_denied'
      ? 'Access was not given in the browser. Sign in again and accept.'
      : 'The browser came back without access. Check how the OAuth app is registered, then sign in again.';
  return new TimecardError('unauthorized', message);
}

function notListening(port: number, error: unknown): TimecardError {
  const code: unknown = error instanceof Error ? Object.getOwnPropertyDescriptor(error, 'code')?.value : undefined;
  const problem = code === 'EADDRINUSE' ? 'is used by another program' : 'cannot be used';
  return invalid(
    'redirectUri',
    `Port ${port} on this computer ${problem}. Close what uses it, or register another callback address and enter it in the settings.`,
  );
}

function timeIsUp(limitMs: number): TimecardError {
  const minutes = Math.max(1, Math.round(limitMs / 60_000));
  return new TimecardError('network', `The browser did not come back within ${minutes} min. Sign in again.`, {
    outcome: 'notSent',
  });
}

function cancelled(): TimecardError {
  return new TimecardError('cancelled', 'Cancelled.', { outcome: 'notSent' });
}
