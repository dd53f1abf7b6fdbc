import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import axios from 'axios';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { fromRoot } from '../support/paths.ts';
import { makeHostFolders } from '../test/hostWorkspace.ts';
import { openWindow } from '../vscode/browser.ts';
import { startVsCode } from '../vscode/server.ts';
import { type Orders, PORT_FILE } from './extension/orders.ts';

const EXTENSION_ID = 'timecard.timecard-for-jira';
/** As long as the proofs wait for a window of a busy machine. */
const START_LIMIT_MS = 120_000;

/** What is installed in a window beside the benchmark's own extension. */
export interface Installed {
  readonly vsix?: string;
  /** A folder with a database that Timecard finds when it starts; none when left out. */
  readonly database?: string;
}

/** One window of a real VS Code whose extension host can be measured from inside. */
export interface BenchHost {
  readonly page: Page;
  ask<Name extends keyof Orders>(name: Name, ask: Orders[Name]['ask']): Promise<Orders[Name]['get']>;
}

/** Starts a VS Code of its own, does the work in its one window, and ends it. */
export async function inBenchHost<T>(
  browser: Browser,
  { vsix, database }: Installed,
  work: (host: BenchHost) => Promise<T>,
): Promise<T> {
  const folders = await makeHostFolders();
  const portFile = `${folders.userData}-port`;
  if (database !== undefined) await cp(database, globalStorage(folders.userData), { recursive: true });
  const server = await startVsCode({
    workspaceFolder: folders.workspace,
    userDataDir: folders.userData,
    unpacked: [await buildBenchExtension()],
    env: { [PORT_FILE]: portFile },
    ...(vsix === undefined ? {} : { vsix: [vsix] }),
  });
  try {
    const page = await openWindow(browser, server.url);
    const port = await written(portFile);
    const result = await work({
      page,
      ask: async (name, ask) => (await axios.post(`http://127.0.0.1:${port}/${name}`, JSON.stringify(ask), PLAIN)).data,
    });
    await page.close();
    return result;
  } finally {
    await server.stop();
    await folders.remove();
  }
}

const PLAIN = { proxy: false, headers: { 'content-type': 'text/plain' } } as const;

function globalStorage(userData: string): string {
  return path.join(userData, 'User/globalStorage', EXTENSION_ID);
}

async function buildBenchExtension(): Promise<string> {
  const folder = fromRoot('out/bench/timecard-bench');
  await mkdir(folder, { recursive: true });
  await cp(fromRoot('tools/bench/extension/package.json'), path.join(folder, 'package.json'));
  await build({
    entryPoints: [fromRoot('tools/bench/extension/extension.ts')],
    outfile: path.join(folder, 'extension.js'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['vscode'],
    logLevel: 'warning',
  });
  return folder;
}

async function written(file: string): Promise<string> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      const text = await readFile(file, 'utf8');
      if (text !== '') return text;
    } catch (error) {
      if (Date.now() > deadline) throw new Error("The benchmark's extension was not activated.", { cause: error });
    }
    await delay(100);
  }
}
