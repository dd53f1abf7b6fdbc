import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const BUNDLE = path.join(ROOT, 'out/webview-test');

/** Builds the view as it is shipped, once for all tests, and prints its size. */
export default async function bundleView(): Promise<void> {
  await mkdir(BUNDLE, { recursive: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: { view: 'webview-ui/src/main.ts' },
    outdir: BUNDLE,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'chrome128',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  for (const name of ['codicon.css', 'codicon.ttf']) {
    await cp(path.join(ROOT, 'node_modules/@vscode/codicons/dist', name), path.join(BUNDLE, name));
  }
  for (const name of ['view.js', 'view.css']) {
    const file = path.join(BUNDLE, name);
    const { size } = await stat(file);
    const zipped = gzipSync(await readFile(file)).length;
    console.log(`${name}: ${(size / 1024).toFixed(1)} KiB (${(zipped / 1024).toFixed(1)} KiB gzipped)`);
  }
}
