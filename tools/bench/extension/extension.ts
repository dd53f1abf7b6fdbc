import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';
import { type Memory, type Orders, PORT_FILE } from './orders.ts';
import { measureStalls } from './work.ts';

/*
 * Sits in the same extension host as Timecard, or in one without it, and does what the benchmark asks for over loopback.
 * A server, because it does nothing at all while nobody asks.
 */

type Answers = { readonly [Name in keyof Orders]: (ask: Orders[Name]['ask']) => Promise<Orders[Name]['get']> };

const ANSWERS: Answers = {
  connect: async ({ jiraUrl, email, token }) => {
    await (await timecard()).connections.add({ jiraUrl, auth: { type: 'apiToken', email, token } });
    return null;
  },
  startTimer: async () => {
    await (await timecard()).timer.clockIn({ issueKey: null });
    return null;
  },
  memory: async () => memory(),
  stalls: async (work) => measureStalls(await timecard(), work),
};

export function activate({ subscriptions }: vscode.ExtensionContext): void {
  const file = process.env[PORT_FILE];
  if (file === undefined) return;
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1', () => writeFileSync(file, String((server.address() as AddressInfo).port)));
  subscriptions.push({ dispose: () => server.close() });
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    response.end(JSON.stringify(await answer(request.url?.slice(1) ?? '', await bodyOf(request))));
  } catch (error) {
    response.writeHead(500).end(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

async function answer(name: string, body: string): Promise<unknown> {
  const found = Object.entries(ANSWERS).find(([known]) => known === name);
  if (found === undefined) throw new Error(`Nobody knows how to ${name}.`);
  const [, carryOut]: [string, (ask: never) => Promise<unknown>] = found;
  return carryOut(JSON.parse(body) as never);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  return body;
}

async function timecard(): Promise<TimecardApi> {
  const extension = vscode.extensions.getExtension<TimecardApi>('timecard.timecard-for-jira');
  if (extension === undefined) throw new Error('Timecard is not installed.');
  return extension.activate();
}

function memory(): Memory {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  // Twice: what is freed by finalizers goes with the second.
  for (let n = 0; n < 2; n += 1) if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return { pid: process.pid, heapUsed, external };
}
