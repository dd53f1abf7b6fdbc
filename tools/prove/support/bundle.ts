import { type ChildProcess, spawn } from 'node:child_process';
import { build } from 'esbuild';
import { fromRoot, ROOT } from '../../support/paths.ts';

/** Bundles the program of a process. @param entry from the project's root @returns the file to run */
export async function bundleChild(entry: string, name: string): Promise<string> {
  const script = fromRoot(`out/tools/prove/${name}.cjs`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: script,
    ...{ bundle: true, format: 'cjs', platform: 'node', target: 'node20', logLevel: 'warning' },
    define: { 'import.meta.url': 'fileUrl' },
    banner: { js: 'const fileUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
  return script;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a bundled program with one JSON argument; it does not outlive this process. */
export function startChild(script: string, job: unknown) {
  const child = spawn(process.execPath, [script, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}
