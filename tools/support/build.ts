import { fromRoot, ROOT } from './paths.ts';
import { runOrThrow } from './process.ts';

/** Runs esbuild.mjs: the extension into dist/ and, when asked, the tests that run in VS Code into out/host/. */
export async function build(options: { production?: boolean; tests?: boolean } = {}): Promise<void> {
  const flags = [...(options.production ? ['--production'] : []), ...(options.tests ? ['--tests'] : [])];
  await runOrThrow(process.execPath, [fromRoot('esbuild.mjs'), ...flags], { cwd: ROOT });
}
