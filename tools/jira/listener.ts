import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Incoming } from './incoming.ts';
import type { Host } from './model.ts';
import type { Reply } from './reply.ts';
import type { Outcome } from './strike.ts';

const LARGEST_BODY = 5_000_000;

type Serve = (incoming: Incoming, onClose: (done: () => void) => void) => Promise<Outcome>;

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LARGEST_BODY) throw new Error('The request is too large for the simulator.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function bodyOf(reply: Reply): string {
  return reply.json === undefined ? (reply.text ?? '') : JSON.stringify(reply.json);
}

function writeHead(response: ServerResponse, reply: Reply, length: number): void {
  const type = reply.json === undefined ? reply.type : 'application/json;charset=UTF-8';
  response.writeHead(reply.status, {
    'Cache-Control': 'no-cache, no-store, no-transform',
    ...(type === undefined ? {} : { 'Content-Type': type }),
    ...(reply.status === 204 ? {} : { 'Content-Length': String(length) }),
    ...reply.headers,
  });
}

function send(response: ServerResponse, reply: Reply): void {
  const body = bodyOf(reply);
  writeHead(response, reply, Buffer.byteLength(body));
  response.end(body);
}

/** Announces the whole body, sends half of it and resets the connection. */
function sendHalf(response: ServerResponse, reply: Reply): void {
  const body = bodyOf(reply);
  writeHead(response, reply, Buffer.byteLength(body));
  response.write(body.slice(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}

/** One door on loopback, which can be shut and opened again on the same port. */
export class Listener {
  readonly #host: Host;
  readonly #serve: Serve;
  #port: number;
  #server: Server | undefined;

  constructor(host: Host, port: number, serve: Serve) {
    this.#host = host;
    this.#port = port;
    this.#serve = serve;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        process.stderr.write(`The simulator failed: ${error instanceof Error ? error.stack : String(error)}\n`);
        response.socket?.destroy();
      });
    });
    // Connections that idle longer than a test pauses would be reset at random.
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const incoming: Incoming = {
      host: this.#host,
      method: request.method ?? 'GET',
      url: new URL(request.url ?? '/', this.url),
      headers: request.headers,
      body: await readAll(request),
    };
    const outcome = await this.#serve(incoming, (done) => response.once('close', done));
    if (outcome.type === 'hang' || response.destroyed) return;
    if (outcome.type === 'drop') response.socket?.destroy();
    else if (outcome.type === 'truncate') sendHalf(response, outcome.reply);
    else send(response, outcome.reply);
  }
}
