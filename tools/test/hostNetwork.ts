import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Certificate, makeCertificate } from '../support/certificate.ts';

/** What the suite about proxies and certificates knows; JSON in TIMECARD_TEST_NETWORK. */
export interface HostNetwork {
  /** Answers `GET /tunnels` with the hosts that were asked for, as a list. */
  readonly proxyUrl: string;
  /** A Jira that only the proxy can reach, with a certificate that VS Code was told to trust. */
  readonly trustedUrl: string;
  /** Another, with a certificate that nobody knows. */
  readonly strangerUrl: string;
}

export interface HostNetworkSetup {
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

const TRUSTED = 'trusted.timecard.test';
const STRANGER = 'stranger.timecard.test';

/**
 * Puts a Jira behind TLS and a proxy, under names that only the proxy knows: VS Code sends nothing for this machine
 * itself through a proxy. Nothing is set up where there is no `openssl`.
 * @param jiraUrl the simulator's address, with its context path
 */
export async function startHostNetwork(jiraUrl: string): Promise<HostNetworkSetup> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tc-net-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const trusted = await makeCertificate(folder, TRUSTED);
  const stranger = await makeCertificate(folder, STRANGER);
  if (trusted === undefined || stranger === undefined) return { env: {}, stop: remove };
  const { pathname, port } = new URL(jiraUrl);
  const fronts = new Map([
    [TRUSTED, await startFront(trusted, Number(port))],
    [STRANGER, await startFront(stranger, Number(port))],
  ]);
  const proxy = await startProxy(new Map([...fronts].map(([host, front]) => [`${host}:443`, front.port])));
  const network: HostNetwork = {
    proxyUrl: `http://127.0.0.1:${proxy.port}`,
    trustedUrl: `https://${TRUSTED}${pathname}`,
    strangerUrl: `https://${STRANGER}${pathname}`,
  };
  return {
    env: { TIMECARD_TEST_NETWORK: JSON.stringify(network), NODE_EXTRA_CA_CERTS: trusted.certFile },
    stop: async () => {
      for (const server of [proxy, ...fronts.values()]) await server.stop();
      await remove();
    },
  };
}

interface Listening {
  readonly port: number;
  stop(): Promise<void>;
}

async function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port, stop };
}

/** Ends TLS and hands everything on to the simulator. */
function startFront({ key, cert }: Certificate, jiraPort: number): Promise<Listening> {
  const handOn = (incoming: IncomingMessage, response: ServerResponse) => {
    const { method, headers, url } = incoming;
    const target = { host: '127.0.0.1', port: jiraPort, method, headers, path: url };
    const outgoing = request(target, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  };
  return listen(createHttpsServer({ key, cert }, handOn));
}

/** A proxy that makes tunnels to the hosts it knows, and to nothing else. */
async function startProxy(ports: ReadonlyMap<string, number>): Promise<Listening> {
  const asked: string[] = [];
  const server = createHttpServer((incoming, response) => {
    const isList = incoming.url === '/tunnels';
    response.writeHead(isList ? 200 : 403, { 'Content-Type': 'application/json' }).end(JSON.stringify(asked));
  });
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    const host = incoming.url ?? '';
    asked.push(host);
    const port = ports.get(host);
    if (port === undefined) {
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const tunnel = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      tunnel.pipe(client).pipe(tunnel);
    });
    tunnel.on('error', () => client.destroy());
    client.on('error', () => tunnel.destroy());
  });
  return listen(server);
}
