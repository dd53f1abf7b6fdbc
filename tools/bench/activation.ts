import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { build } from '../support/build.ts';
import { fromRoot } from '../support/paths.ts';
import { makeHostFolders } from '../test/hostWorkspace.ts';
import { launchBrowser, openWindow } from '../vscode/browser.ts';
import { installVsCode } from '../vscode/install.ts';
import { startVsCode } from '../vscode/server.ts';
import { median, type Row, type Scale, type Table } from './part.ts';

const STARTS = 5;
const SHORT_STARTS = 1;
const LIMIT_MS = 60_000;

const Times = v.object({ load: v.number(), activate: v.number() });
const Manifest = v.looseObject({ main: v.string() });

/** Runs instead of the extension's script: loads it and calls its activate(), and writes down how long each took. */
function stopwatch(main: string): string {
  return `
const { performance } = require('node:perf_hooks');
const { writeFileSync } = require('node:fs');
const begun = performance.now();
const extension = require(${JSON.stringify(main)});
const load = performance.now() - begun;
exports.activate = async (context) => {
  const start = performance.now();
  const api = await extension.activate(context);
  writeFileSync(process.env.TIMECARD_BENCH_RESULT, JSON.stringify({ load, activate: performance.now() - start }));
  return api;
};
exports.deactivate = () => extension.deactivate?.();
`;
}

/** Loading the script, and activate() until its promise is kept, in a real VS Code that is started anew each time. */
export async function benchActivation({ short }: Scale): Promise<readonly Table[]> {
  await build({ production: true });
  const starts = short ? SHORT_STARTS : STARTS;
  const rows: Row[] = [];
  for (const make of [copyOurs, makeEmpty, copyPeer]) {
    const { name, folder } = await make();
    rows.push({ extension: name, starts, ...(await measure(folder, starts)) });
  }
  return [
    { title: 'Activation in a real VS Code, each time started anew; ms, medians', keys: ['extension', 'starts'], rows },
  ];
}

interface Candidate {
  readonly name: string;
  readonly folder: string;
}

async function copyOurs(): Promise<Candidate> {
  const folder = await emptyFolder('timecard.timecard-for-jira');
  for (const part of ['dist', 'media', 'package.nls.json']) {
    await cp(fromRoot(part), path.join(folder, part), { recursive: true });
  }
  await putStopwatch(folder, await readManifest(fromRoot('package.json')));
  return { name: 'Timecard', folder };
}

/** What VS Code takes for any extension. */
async function makeEmpty(): Promise<Candidate> {
  const folder = await emptyFolder('timecard.empty');
  const engines = { vscode: '^1.96.0' };
  await writeFile(path.join(folder, 'real.js'), 'exports.activate = () => undefined;\n');
  const manifest = { name: 'empty', publisher: 'timecard', version: '1.0.0', engines, main: './real.js' };
  await putStopwatch(folder, { ...manifest, activationEvents: ['onStartupFinished'] });
  return { name: 'an empty one', folder };
}

/**
 * Microsoft's JavaScript debugger, bundled by esbuild as ours is, which comes from npm with VS Code. Its copy has a higher
 * version, so that it is loaded in place of the one that is built in, and is activated at the start as ours is.
 */
async function copyPeer(): Promise<Candidate> {
  const { serverMain } = await installVsCode();
  const builtIn = path.resolve(path.dirname(serverMain), '../extensions/ms-vscode.js-debug');
  const folder = await emptyFolder('ms-vscode.js-debug');
  await cp(builtIn, folder, { recursive: true });
  const manifest = await readManifest(path.join(builtIn, 'package.json'));
  await putStopwatch(folder, { ...manifest, version: '999.0.0', activationEvents: ['onStartupFinished'] });
  return { name: `ms-vscode.js-debug ${manifest.version}`, folder };
}

async function emptyFolder(name: string): Promise<string> {
  const folder = fromRoot('out/bench', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

async function readManifest(file: string) {
  return v.parse(Manifest, JSON.parse(await readFile(file, 'utf8')));
}

async function putStopwatch(folder: string, manifest: v.InferOutput<typeof Manifest>): Promise<void> {
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, main: './stopwatch.js' }));
  await writeFile(path.join(folder, 'stopwatch.js'), stopwatch(manifest.main));
}

async function measure(extension: string, starts: number): Promise<Row> {
  const browser = await launchBrowser();
  try {
    const times: v.InferOutput<typeof Times>[] = [];
    for (let start = 0; start < starts; start += 1) times.push(await measureStart(browser, extension));
    const load = median(times.map((time) => time.load));
    const activate = median(times.map((time) => time.activate));
    const both = times.map((time) => time.load + time.activate);
    return { load, activate, both: median(both), 'longest both': Math.max(...both) };
  } finally {
    await browser.close();
    await rm(extension, { recursive: true, force: true });
  }
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
    const page = await openWindow(browser, server.url);
    const times = v.parse(Times, JSON.parse(await written(folders.results)));
    await page.close();
    return times;
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
