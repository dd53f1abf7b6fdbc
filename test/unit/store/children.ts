/** Processes that use the store (worker.ts), for tests that need several. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import { storeLimits, wasmPath } from './helpers.ts';

let bundleFolder = '';

beforeAll(async () => {
  bundleFolder = await mkdtemp(join(tmpdir(), 'timecard-worker-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    bundle: true,
    platform: 'node',
    outfile: join(bundleFolder, 'worker.js'),
    logLevel: 'error',
  });
});

afterAll(() => rm(bundleFolder, { recursive: true, force: true }));

export function start(job: Record<string, unknown>): ChildProcess {
  const args = [
    join(bundleFolder, 'worker.js'),
    JSON.stringify({ wasmPath, count: 0, name: 'w', limits: storeLimits, ...job }),
  ];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

export async function finish(child: ChildProcess): Promise<{ lines: string[]; signal: NodeJS.Signals | null }> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(child, 'close');
  return { lines: output.split('\n').filter((line) => line !== ''), signal: child.signalCode };
}
