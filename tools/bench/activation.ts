import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { build } from '../support/build.ts';
import { fromRoot } from '../support/paths.ts';
import { makeHostFolders } from '../test/hostWorkspace.ts';
import { launchBrowser, openWindow } from '../vscode/browser.ts';
import { startVsCode } from '../vscode/server.ts';

const STARTS = 5;
const LIMIT_MS = 60_000;

const Times = v.object({ load: v.number(), activate: v.number() });

/** Runs instead of the bundle: loads it and calls its activate(), and writes down how long each took. */
const STOPWATCH = `
const { performance } = require('node:perf_hooks');
const { writeFileSync } = require('node:fs');
const begun = performance.now();
const extension = require('./dist/extension.js');
const load = performance.now() - begun;
exports.activate = (context) => {
  const start = performance.now();
  const api = extension.activate(context);
  writeFileSync(process.env.TIMECARD_BENCH_RESULT, JSON.stringify({ load, activate: performance.now() - start }));
  return api;
};
exports.deactivate = () => extension.deactivate();
`;

/** Loading the bundle and activate() until it returns, in a real VS Code, each time started anew; milliseconds. */
export async function benchActivation(): Promise<readonly Record<string, string>[]> {
  await build({ production: true });
  const extension = await copyWithStopwatch();
  const browser = await launchBrowser();
  try {
    const times: v.InferOutput<typeof Times>[] = [];
    for (let start = 0; start < STARTS; start += 1) times.push(await measureStart(browser, extension));
    const median = (of: 'load' | 'activate') => times.map((time) => time[of]).sort((a, b) => a - b)[STARTS >> 1] ?? 0;
    return [{ starts: String(STARTS), load: median('load').toFixed(1), activate: median('activate').toFixed(1) }];
  } finally {
    await browser.close();
    await rm(extension, { recursive: true, force: true });
  }
}

async function copyWithStopwatch(): Promise<string> {
  const folder = fromRoot('out/bench/timecard.timecard-for-jira');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const part of ['dist', 'media', 'package.nls.json']) {
    await cp(fromRoot(part), path.join(folder, part), { recursive: true });
  }
  const manifest: unknown = JSON.parse(await readFile(fromRoot('package.json'), 'utf8'));
  await writeFile(
    path.join(folder, 'package.json'),
    JSON.stringify(Object.assign({}, manifest, { main: './main.js' })),
  );
  await writeFile(path.join(folder, 'main.js'), STOPWATCH);
  return folder;
}

async function measureStart(browser: Awaited<ReturnType<typeof launchBrowser>>, extension: string) {
  const folders = await makeHostFolders();
  const server = await startVsCode({
    workspaceFolder: folders.workspace,
    userDataDir: folders.userData,
    env: { TIMECARD_BENCH_RESULT: folders.results },
    unpacked: [extension],
  });
  try {
    await openWindow(browser, server.url);
    return v.parse(Times, JSON.parse(await written(folders.results)));
  } finally {
    await server.stop();
    await folders.remove();
  }
}

async function written(file: string): Promise<string> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if (Date.now() > deadline) throw new Error('The extension was not activated.', { cause: error });
    }
    await delay(100);
  }
}
