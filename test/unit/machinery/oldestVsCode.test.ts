import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

const Manifest = v.object({
  engines: v.object({ vscode: v.string() }),
  devDependencies: v.object({ '@types/vscode': v.string() }),
});
const Oldest = v.object({ dependencies: v.object({ 'code-server': v.string() }) });
const Lock = v.object({ packages: v.record(v.string(), v.looseObject({ version: v.optional(v.string()) })) });

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Major and minor of VS Code: code-server 4.96.4 is VS Code 1.96.4. */
function release(version: string, major = 1): string {
  const [, minor] = /^\d+\.(\d+)\.\d+$/.exec(version) ?? [];
  if (minor === undefined) throw new Error(`Not an exact version: ${version}`);
  return `${major}.${minor}`;
}

describe('the oldest VS Code', () => {
  const { engines, devDependencies } = v.parse(Manifest, read('package.json'));
  const promised = release(engines.vscode.replace(/^\^/, ''));

  it('is the one whose API the sources are checked against', () => {
    expect(engines.vscode).toBe(`^${devDependencies['@types/vscode']}`);
  });

  it('is the one that the tests run in', () => {
    const { dependencies } = v.parse(Oldest, read('tools/vscode/oldest/package.json'));
    expect(release(dependencies['code-server'])).toBe(promised);
  });

  it('is the one in the lock file', () => {
    const { packages } = v.parse(Lock, read('tools/vscode/oldest/package-lock.json'));
    const { dependencies } = v.parse(Oldest, read('tools/vscode/oldest/package.json'));
    expect(packages['node_modules/code-server']?.version).toBe(dependencies['code-server']);
  });
});
