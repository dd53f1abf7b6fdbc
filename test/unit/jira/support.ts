import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TimecardError } from '../../../src/core/errors.ts';
import type { JiraGateway } from '../../../src/core/jiraPorts.ts';
import type { Connection, WorklogContent } from '../../../src/core/records.ts';
import { createJiraGateway, type GatewayDeps } from '../../../src/jira/gateway.ts';

export const OPTIONS = { notifyUsers: false, adjustEstimate: { kind: 'auto' } } as const;
export const RECORD = '3f2c9a52-7d0e-4d7e-9f46-0d8a7a3a6f10';
export const NOW = Date.UTC(2026, 10, 23, 12);

export const CONTENT: WorklogContent = {
  startedMs: Date.UTC(2026, 10, 23, 8),
  seconds: 3_600,
  comment: 'Paired on login',
};

/** A gateway whose waits are recorded instead of waited for. */
export interface Bench {
  readonly gateway: JiraGateway;
  readonly waits: number[];
  readonly logged: string[];
}

export function bench(extra: Partial<GatewayDeps> = {}): Bench {
  const waits: number[] = [];
  const logged: string[] = [];
  const write = (message: string) => {
    logged.push(message);
  };
  const gateway = createJiraGateway({
    userAgent: 'timecard-for-jira/test',
    sleep: async (ms, signal) => {
      waits.push(ms);
      if (signal?.aborted === true) throw new TimecardError('cancelled', 'Cancelled.');
    },
    random: () => 0.5,
    clock: { now: () => NOW, zone: () => 'Europe/Berlin' },
    log: { info: write, warn: write, error: write },
    ...extra,
  });
  return { gateway, waits, logged };
}

export function connectionTo(jiraUrl: string, extra: Partial<Connection> = {}): Connection {
  return {
    id: 'c1',
    jiraUrl,
    deployment: 'cloud',
    authType: 'apiToken',
    email: 'mia@example.invalid',
    cloudId: null,
    accountId: null,
    displayName: null,
    profileZone: null,
    isActive: true,
    isDefault: false,
    chosenProjects: [],
    lastSuccessAt: null,
    lastProblem: null,
    failedSignIns: 0,
    projectKeys: [],
    createdAt: NOW,
    updatedAt: NOW,
    ...extra,
  };
}

/** The TimecardError that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<TimecardError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TimecardError) return error;
    throw error;
  }
  throw new Error('It should have failed.');
}

export interface OddServer {
  readonly url: string;
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

/** An HTTP server on loopback that answers as the test says. */
export async function oddServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<OddServer> {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    request.resume();
    request.on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    requests,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen.');
  return address.port;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json;charset=UTF-8', ...headers });
  response.end(JSON.stringify(body));
}
