import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { connectionError } from '../../../src/jira/connectionErrors.ts';
import {
  bench,
  CONTENT,
  connectionTo,
  failureOf,
  type OddServer,
  OPTIONS,
  oddServer,
  portOf,
  RECORD,
  sendJson,
} from './support.ts';

const TOKEN = 'ATATT3xFfGF0-secret-token';
const BASIC = Buffer.from(`mia@example.invalid:${TOKEN}`).toString('base64');

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function serve(answer: Parameters<typeof oddServer>[0]): Promise<OddServer> {
  const server = await oddServer(answer);
  open.push(server);
  return server;
}

function add(url: string, extra: Parameters<typeof bench>[0] = {}, signal?: AbortSignal) {
  const session = bench(extra).gateway.session(connectionTo(url), TOKEN);
  return failureOf(session.addWorklog('10001', RECORD, CONTENT, 'Europe/Berlin', OPTIONS, signal));
}

/** A TCP server that treats what first comes in as told. */
async function tcp(onData: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => onData(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  open.push({ close });
  return `127.0.0.1:${portOf(server)}`;
}

describe('a write that gets no good reply', () => {
  it('was not sent when the connection is refused', async () => {
    const server = await oddServer(() => undefined);
    await server.close();
    expect(await add(server.url)).toMatchObject({ reason: 'network', outcome: 'notSent' });
  });

  it('was not sent when the host does not exist', async () => {
    expect(await add('https://no-such-host.invalid')).toMatchObject({ reason: 'network', outcome: 'notSent' });
  });

  it('was not sent when the server does not speak TLS', async () => {
    const host = await tcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await add(`https://${host}`)).toMatchObject({ reason: 'tls', outcome: 'notSent' });
  });

  it('was not sent when no TLS handshake comes about', async () => {
    const server = createTlsServer({}).on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    expect(await add(`https://127.0.0.1:${portOf(server)}`)).toMatchObject({ reason: 'tls', outcome: 'notSent' });
  });

  it('was not sent when the server hangs up during the TLS handshake', async () => {
    const host = await tcp((socket) => socket.end());
    expect(await add(`https://${host}`)).toMatchObject({ reason: 'network', outcome: 'notSent' });
  });

  it('was not sent when the user cancelled before', async () => {
    const server = await serve((_, response) => response.end());
    expect(await add(server.url, {}, AbortSignal.abort())).toMatchObject({ reason: 'cancelled', outcome: 'notSent' });
    expect(server.requests).toHaveLength(0);
  });

  it('is unknown when the connection breaks, and is not repeated', async () => {
    const server = await serve((request) => request.socket.destroy());
    expect(await add(server.url)).toMatchObject({ reason: 'network', outcome: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('is unknown when nothing comes', async () => {
    const server = await serve(() => undefined);
    expect(await add(server.url, { timeoutMs: 150 })).toMatchObject({ reason: 'network', outcome: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('is unknown when the body never ends', async () => {
    const server = await serve((_, response) => {
      response.writeHead(201, { 'Content-Type': 'application/json' });
      response.write('{"id":');
    });
    expect(await add(server.url, { timeoutMs: 150 })).toMatchObject({ reason: 'network', outcome: 'unknown' });
  });

  it('is unknown when the body trickles past the limit of the whole exchange', async () => {
    const server = await serve((_, response) => {
      response.writeHead(201, { 'Content-Type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await add(server.url, { timeoutMs: 200 })).toMatchObject({ reason: 'network', outcome: 'unknown' });
  });

  it('is unknown when the body is cut off', async () => {
    const server = await serve((request, response) => {
      response.writeHead(201, { 'Content-Type': 'application/json', 'Content-Length': '100' });
      response.write('{"id":', () => request.socket.destroy());
    });
    expect(await add(server.url)).toMatchObject({ reason: 'network', outcome: 'unknown' });
  });

  it('is unknown when the user cancels while it is on its way', async () => {
    const abort = new AbortController();
    const server = await serve(() => abort.abort());
    expect(await add(server.url, {}, abort.signal)).toMatchObject({ reason: 'cancelled', outcome: 'unknown' });
  });

  it.each([
    ['JSON that does not parse', 'application/json', '{"id":"100', 'server'],
    ['JSON that is no worklog', 'application/json', '{"id":{}}', 'server'],
    ['an empty body', 'application/json', '', 'server'],
    ['a login page', 'text/html', '<html>Log in</html>', 'notJira'],
  ])('is unknown when 201 comes with %s', async (_, type, body, reason) => {
    const server = await serve((__, response) => {
      response.writeHead(201, { 'Content-Type': type });
      response.end(body);
    });
    expect(await add(server.url)).toMatchObject({ reason, outcome: 'unknown', httpStatus: 201 });
    expect(server.requests).toHaveLength(1);
  });

  it('is unknown when a reply is larger than anything Jira sends, also when it is compressed', async () => {
    const bomb = gzipSync(Buffer.alloc(11 * 1024 * 1024, 0x20));
    const server = await serve((_, response) => {
      response.writeHead(201, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
      response.end(bomb);
    });
    expect(await add(server.url)).toMatchObject({ reason: 'server', outcome: 'unknown' });
  });
});

describe('a token', () => {
  it('does not follow a redirect', async () => {
    const elsewhere = await serve((_, response) => sendJson(response, 201, {}));
    const server = await serve((_, response) => response.writeHead(307, { Location: `${elsewhere.url}/x` }).end());
    expect(await add(server.url)).toMatchObject({ reason: 'notJira', outcome: 'unknown', httpStatus: 307 });
    expect(elsewhere.requests).toHaveLength(0);
  });

  it('does not go to a proxy named in the environment', async () => {
    const proxy = await serve((_, response) => response.end());
    const server = await serve((_, response) => sendJson(response, 404, { errorMessages: ['No'], errors: {} }));
    const before = { ...process.env };
    Object.assign(process.env, { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: '', no_proxy: '' });
    try {
      await add(server.url);
    } finally {
      for (const name of ['HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy']) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
    expect(proxy.requests).toHaveLength(0);
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${BASIC}`);
  });

  it.each(['http://jira.example.com', 'https://me:pw@jira.example.com', 'https://x.atlassian.com'])(
    'does not go to the unsafe address %s',
    async (url) => {
      expect(await add(url)).toMatchObject({ reason: 'invalid' });
    },
  );

  it.each(['line\nbreak', 'with space', 'ünïcode'])('that cannot be one (%j) is not sent', async (token) => {
    const server = await serve((_, response) => response.end());
    const failure = await failureOf(bench().gateway.session(connectionTo(server.url), token).myself());
    expect(failure.reason).toBe('invalid');
    expect(failure.message).not.toContain(token);
    expect(server.requests).toHaveLength(0);
  });

  it('is missing: signed out', async () => {
    const failure = await failureOf(bench().gateway.session(connectionTo('https://x.atlassian.net'), '').myself());
    expect(failure).toMatchObject({ reason: 'signedOut', outcome: 'notSent' });
  });

  it('cannot be found in any error or log line', async () => {
    const echo = await serve((request, response) =>
      sendJson(response, 400, {
        errorMessages: [`You sent ${request.headers.authorization} and ${TOKEN}`],
        errors: { x: TOKEN },
      }),
    );
    const reset = await serve((request) => request.socket.destroy());
    const hang = await serve(() => undefined);
    for (const [url, extra] of [
      [echo.url],
      [reset.url],
      [hang.url, { timeoutMs: 100 }],
      ['https://no-such-host.invalid'],
    ] as const) {
      const logged: string[] = [];
      const write = (message: string, ...rest: unknown[]) => {
        logged.push(message, inspect(rest, { depth: 20, showHidden: true }));
      };
      const failure = await add(url, { ...extra, log: { info: write, warn: write, error: write } });
      const seen = [
        failure.message,
        failure.stack,
        JSON.stringify(failure),
        inspect(failure, { depth: 20, showHidden: true }),
        ...logged,
      ].join('\n');
      expect(seen).not.toContain(TOKEN);
      expect(seen).not.toContain(BASIC);
      expect(failure.cause).toBeUndefined();
    }
  });
});

describe('what is sent', () => {
  it('carries our name and no browser’s, and never a URL with a secret', async () => {
    const server = await serve((_, response) => sendJson(response, 400, {}));
    await add(server.url);
    const [request] = server.requests;
    expect(request?.headers).toMatchObject({
      'user-agent': 'timecard-for-jira/test',
      'x-atlassian-token': 'no-check',
      accept: 'application/json',
    });
    expect(request?.url).toBe(
      '/rest/api/3/issue/10001/worklog?adjustEstimate=auto&notifyUsers=false&expand=properties',
    );
  });

  it('never leaves the path it belongs to', async () => {
    const server = await serve((_, response) => sendJson(response, 200, {}));
    const session = bench().gateway.session(connectionTo(server.url), TOKEN);
    for (const id of ['..', '../..', 'a/b', '1?x=1', '%2e%2e', '', '1#', '-1']) {
      expect(await failureOf(session.issue(id))).toMatchObject({ reason: 'invalid' });
      expect(await failureOf(session.worklog('1', id))).toMatchObject({ reason: 'invalid' });
      expect(await failureOf(session.deleteWorklog(id, '1', OPTIONS))).toMatchObject({ reason: 'invalid' });
    }
    expect(server.requests).toHaveLength(0);
  });
});

describe('a failed connection', () => {
  const error = (fields: object) => Object.assign(new Error('x'), fields);

  it.each([
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'tls', 'notSent'],
    [{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'tls', 'notSent'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'tls', 'notSent'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'tls', 'notSent'],
    [{ code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' }, 'tls', 'unknown'],
    [{ code: 'EPROTO', message: 'write EPROTO 1:error:100000f7:SSL:WRONG_VERSION_NUMBER:x' }, 'tls', 'notSent'],
    [{ code: 'EPROTO', message: 'write EPROTO' }, 'tls', 'unknown'],
    [{ code: 'ECONNRESET', message: 'socket hang up' }, 'network', 'unknown'],
    [{ code: 'ETIMEDOUT', syscall: 'connect' }, 'network', 'notSent'],
    [{ code: 'EHOSTUNREACH', syscall: 'read' }, 'network', 'unknown'],
    [{ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }, 'network', 'notSent'],
    [{ code: 'EPIPE', syscall: 'write' }, 'network', 'unknown'],
    [{}, 'network', 'unknown'],
  ])('%j is %s, %s', (fields, reason, outcome) => {
    expect(connectionError(error(fields), 'jira.example')).toMatchObject({ reason, outcome });
  });

  it('to all addresses of a host was not sent', () => {
    const both = new AggregateError([
      error({ code: 'ECONNREFUSED', syscall: 'connect' }),
      error({ code: 'ENETUNREACH', syscall: 'connect' }),
    ]);
    expect(connectionError(both, 'jira.example')).toMatchObject({ reason: 'network', outcome: 'notSent' });
  });
});

describe('a read', () => {
  const user = { accountId: 'a1', displayName: 'Mia', timeZone: 'Europe/Berlin' };

  it('is repeated three times with a growing wait, then fails', async () => {
    const server = await serve((_, response) => sendJson(response, 500, {}));
    const { gateway, waits } = bench();
    const failure = await failureOf(gateway.session(connectionTo(server.url), TOKEN).myself());
    expect(failure).toMatchObject({ reason: 'server', outcome: 'refused', httpStatus: 500 });
    expect(waits).toEqual([500, 1_000, 2_000]);
    expect(server.requests).toHaveLength(4);
  });

  it('succeeds when the failure passes', async () => {
    const server = await serve((request, response) => {
      if (server.requests.length === 1) request.socket.destroy();
      else if (server.requests.length === 2) sendJson(response, 429, {}, { 'Retry-After': '3' });
      else sendJson(response, 200, user);
    });
    const { gateway, waits } = bench();
    expect(await gateway.session(connectionTo(server.url), TOKEN).myself()).toEqual(user);
    expect(waits).toEqual([500, 3_000]);
  });

  it('does not wait long for a limit', async () => {
    const server = await serve((_, response) => sendJson(response, 429, {}, { 'Retry-After': '11' }));
    const failure = await failureOf(bench().gateway.session(connectionTo(server.url), TOKEN).myself());
    expect(failure).toMatchObject({ reason: 'rateLimited', retryAfterMs: 11_000 });
    expect(server.requests).toHaveLength(1);
  });

  it.each([400, 401, 403, 404])('is not repeated after %i', async (status) => {
    const server = await serve((_, response) => sendJson(response, status, { errorMessages: [] }));
    await failureOf(bench().gateway.session(connectionTo(server.url), TOKEN).myself());
    expect(server.requests).toHaveLength(1);
  });

  it('ends when the user cancels, also while it waits', async () => {
    const abort = new AbortController();
    const server = await serve((_, response) => {
      sendJson(response, 500, {});
      abort.abort();
    });
    const failure = await failureOf(bench().gateway.session(connectionTo(server.url), TOKEN).myself(abort.signal));
    expect(failure.reason).toBe('cancelled');
    expect(server.requests.length).toBeLessThanOrEqual(1);
  });
});
