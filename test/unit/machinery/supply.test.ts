import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundledPackages } from '../../../tools/package/notices.ts';
import { fromRoot } from '../../../tools/support/paths.ts';

const Locked = v.object({
  version: v.optional(v.string()),
  integrity: v.optional(v.string()),
  license: v.optional(v.string()),
  optional: v.optional(v.boolean(), false),
  hasInstallScript: v.optional(v.boolean(), false),
});
const Lock = v.object({ lockfileVersion: v.number(), packages: v.record(v.string(), Locked) });
const Manifest = v.object({
  dependencies: v.optional(v.record(v.string(), v.string()), {}),
  devDependencies: v.record(v.string(), v.string()),
  scripts: v.record(v.string(), v.string()),
});

/** Licences under which code may be in the package. */
const ACCEPTED = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'CC-BY-4.0', 'BlueOak-1.0.0'];

/** Tools that unpack or build a program of their own when they are installed; none of them is in the package. */
const MAY_RUN_ON_INSTALL = ['@vscode/vsce-sign', 'esbuild', 'fsevents', 'keytar'];

/** What npm itself runs when somebody installs or packs. */
const LIFE_CYCLE = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'preprepare', 'postprepare'];

const json = async (file: string): Promise<unknown> => JSON.parse(await readFile(fromRoot(file), 'utf8'));

describe('what the package is made of', () => {
  let lock: v.InferOutput<typeof Lock>;
  let manifest: v.InferOutput<typeof Manifest>;
  beforeAll(async () => {
    lock = v.parse(Lock, await json('package-lock.json'));
    manifest = v.parse(Manifest, await json('package.json'));
  });

  it('has an accepted licence in every part that is bundled, and a locked content', async () => {
    const names = await bundledPackages();
    expect(names).toEqual(expect.arrayContaining(['node_modules/axios', 'node_modules/valibot']));
    const wrong = names.filter((name) => !ACCEPTED.includes(lock.packages[name]?.license ?? 'none'));
    expect(wrong.map((name) => `${name}: ${lock.packages[name]?.license}`)).toEqual([]);
    expect(names.filter((name) => !lock.packages[name]?.integrity?.startsWith('sha512-'))).toEqual([]);
  }, 60_000);

  it('is named by exact versions, all of them in the lock file', () => {
    const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    for (const [name, version] of all) expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
  });

  it('is locked to contents, except for programs of other platforms', () => {
    const open = Object.entries(lock.packages).filter(
      ([name, { integrity }]) => name !== '' && integrity === undefined,
    );
    expect(open.filter(([, { optional }]) => !optional).map(([name]) => name)).toEqual([]);
  });

  it('runs nothing when it is installed, but for a few tools that are known', () => {
    const running = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = running.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect(names.filter((name) => !MAY_RUN_ON_INSTALL.includes(name))).toEqual([]);
    expect(Object.keys(manifest.scripts).filter((name) => LIFE_CYCLE.includes(name))).toEqual([]);
  });
});

describe('the extension’s own code', () => {
  it('starts no other program and evaluates no text as code, but for the user’s own pattern', async () => {
    const folders = ['src', 'webview-ui/src'];
    const names = await Promise.all(
      folders.map(async (folder) =>
        (await readdir(fromRoot(folder), { recursive: true })).map((name) => join(folder, name)),
      ),
    );
    const files = names.flat().filter((name) => name.endsWith('.ts'));
    const texts = await Promise.all(files.map(async (file) => [file, await readFile(fromRoot(file), 'utf8')] as const));
    const using = (pattern: RegExp) => texts.filter(([, text]) => pattern.test(text)).map(([file]) => file);
    expect(files.length).toBeGreaterThan(100);
    expect(using(/['"](?:node:)?child_process['"]/)).toEqual([]);
    expect(using(/\beval\(|\bnew Function\(|\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML|document\.write/)).toEqual(
      [],
    );
    expect(using(/['"](?:node:)?vm['"]/)).toEqual(['src/editor/branch/ownPattern.ts']);
  });
});
