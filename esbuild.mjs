// Builds everything: the extension and its view into dist/ (shipped), tests and tools into out/ (not shipped).
//
//   node esbuild.mjs [--production] [--watch] [--tests]

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { nodeFormData } from './tools/support/nodeFormData.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));

/** The oldest Node and Chromium a supported VS Code (1.96) runs on. */
const NODE_TARGET = 'node20';
const CHROME_TARGET = 'chrome128';

/**
 * @typedef {{ production?: boolean; sourcemap?: boolean }} BuildOptions
 */

/** @param {BuildOptions} options */
function common({ production = false }) {
  return {
    absWorkingDir: root,
    bundle: true,
    minify: production,
    sourcemap: production ? false : 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
  };
}

/** @param {BuildOptions} options @returns {esbuild.BuildOptions} */
function extensionBundle(options) {
  return {
    ...common(options),
    entryPoints: { extension: 'src/extension.ts', foldJournal: 'src/store/folding/worker.ts' },
    outdir: 'dist',
    format: 'cjs',
    platform: 'node',
    target: NODE_TARGET,
    external: ['vscode'],
    plugins: [nodeFormData],
    mainFields: ['module', 'main'],
    // A renamed error class would lose its name in the log.
    keepNames: true,
  };
}

/** @param {BuildOptions} options @returns {esbuild.BuildOptions} */
function viewBundle(options) {
  return {
    ...common(options),
    // The styles that its modules import come out beside it, as view.css.
    entryPoints: [{ in: 'webview-ui/src/main.ts', out: 'webview/view' }],
    outdir: 'dist',
    format: 'iife',
    platform: 'browser',
    target: CHROME_TARGET,
    loader: { '.svg': 'text' },
  };
}

/** Lets the host test module load every suite in its folder without a list that could be forgotten. */
const suitesPlugin = {
  name: 'host-suites',
  setup(build) {
    build.onResolve({ filter: /^virtual:suites$/ }, () => ({ path: 'suites', namespace: 'host-suites' }));
    build.onLoad({ filter: /.*/, namespace: 'host-suites' }, async () => {
      const folder = path.join(root, 'test/host/suites');
      const names = (await readdir(folder)).filter((name) => name.endsWith('.test.ts')).sort();
      const lines = names.map((name) => `  require(${JSON.stringify(`./${name}`)});`);
      return {
        contents: `export function loadSuites() {\n${lines.join('\n')}\n}\n`,
        resolveDir: folder,
        watchDirs: [folder],
        loader: 'js',
      };
    });
  },
};

/** @returns {esbuild.BuildOptions} */
function hostTestsBundle() {
  return {
    ...common({}),
    entryPoints: { index: 'test/host/index.ts' },
    outdir: 'out/host',
    format: 'cjs',
    platform: 'node',
    target: NODE_TARGET,
    external: ['vscode'],
    plugins: [suitesPlugin],
    // Mocha resolves files for parallel runs, which are not used here.
    logOverride: { 'require-resolve-not-external': 'silent' },
  };
}

/**
 * Bundles one TypeScript tool for this machine's Node and returns the file to run.
 * @param {string} entry path from the root
 */
export async function buildTool(entry) {
  const outfile = path.join(root, 'out', entry.replace(/\.ts$/, '.mjs'));
  await esbuild.build({
    ...common({}),
    entryPoints: [entry],
    outfile,
    format: 'esm',
    platform: 'node',
    target: NODE_TARGET,
    packages: 'external',
    sourcemap: 'inline',
  });
  return outfile;
}

/** Copies what the bundles load at run time. */
async function copyAssets() {
  await mkdir(path.join(root, 'dist/webview'), { recursive: true });
  const modules = path.join(root, 'node_modules');
  await cp(path.join(modules, 'sql.js/dist/sql-wasm.wasm'), path.join(root, 'dist/sql-wasm.wasm'));
  for (const name of ['codicon.css', 'codicon.ttf']) {
    await cp(path.join(modules, '@vscode/codicons/dist', name), path.join(root, 'dist/webview', name));
  }
}

/** Builds dist/ from nothing. @param {BuildOptions} options */
async function buildExtension(options = {}) {
  await rm(path.join(root, 'dist'), { recursive: true, force: true });
  await copyAssets();
  await Promise.all([esbuild.build(extensionBundle(options)), esbuild.build(viewBundle(options))]);
}

/** Builds the module that runs inside VS Code into out/host/. */
async function buildHostTests() {
  await esbuild.build(hostTestsBundle());
}

/** Tells the editor's task when a build begins and ends; .vscode/tasks.json matches these lines. */
const watchReporter = {
  name: 'watch-reporter',
  setup(build) {
    build.onStart(() => console.log('[watch] build started'));
    build.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        console.error(`[error] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log('[watch] build finished');
    });
  },
};

async function watch() {
  await copyAssets();
  const bundles = [extensionBundle({}), viewBundle({})];
  if (existsSync(path.join(root, 'test/host/index.ts'))) bundles.push(hostTestsBundle());
  for (const options of bundles) {
    const context = await esbuild.context({
      ...options,
      logLevel: 'silent',
      plugins: [...(options.plugins ?? []), watchReporter],
    });
    await context.watch();
  }
}

async function main() {
  const flags = new Set(process.argv.slice(2));
  if (flags.has('--watch')) return watch();
  await buildExtension({ production: flags.has('--production') });
  if (flags.has('--tests')) await buildHostTests();
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
