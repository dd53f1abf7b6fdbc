/** The thread that works with whole files (worker.ts of folding), bundled as the extension has it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

/** Bundles it before the tests of the block that calls this. @returns where it is, from then on */
export function bundledThread(): () => string {
  let script = '';
  beforeAll(async () => {
    const outfile = join(await mkdtemp(join(tmpdir(), 'timecard-fold-')), 'worker.js');
    const worker = join(import.meta.dirname, '../../../src/store/folding/worker.ts');
    await build({ entryPoints: [worker], bundle: true, platform: 'node', outfile, logLevel: 'error' });
    script = outfile;
  });
  afterAll(() => rm(dirname(script), { recursive: true, force: true }));
  return () => script;
}
