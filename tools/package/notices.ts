import { readdir, readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import * as v from 'valibot';
import { nodeFormData } from '../support/nodeFormData.mjs';
import { fromRoot } from '../support/paths.ts';

const Manifest = v.object({
  name: v.string(),
  version: v.string(),
  license: v.optional(v.string(), 'unknown'),
  author: v.optional(v.union([v.string(), v.object({ name: v.string() })]), ''),
});

/** Copied as they are, not bundled. */
const COPIED = ['node_modules/sql.js', 'node_modules/@vscode/codicons'];

/** The folders of the packages of which something is in ours, from the root. */
export async function bundledPackages(): Promise<readonly string[]> {
  const common = {
    ...{ bundle: true, write: false, metafile: true, logLevel: 'silent' as const, outdir: 'out/none' },
    absWorkingDir: fromRoot('.'),
  } as const;
  const results = await Promise.all([
    build({
      ...common,
      entryPoints: ['src/extension.ts', 'src/store/folding/worker.ts'],
      ...{ platform: 'node', format: 'cjs', external: ['vscode'], mainFields: ['module', 'main'] },
      plugins: [nodeFormData],
    }),
    build({
      ...common,
      entryPoints: ['webview-ui/src/main.ts'],
      ...{ platform: 'browser', loader: { '.svg': 'text', '.ttf': 'empty' } },
    }),
  ]);
  const files = results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}));
  const folders = files.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  return [...new Set([...folders, ...COPIED])].sort();
}

/** What the licences of others ask to go along with their code: names, versions and the licences' own words. */
export async function thirdPartyNotices(): Promise<string> {
  const parts = await Promise.all((await bundledPackages()).map(noticeOf));
  return `This package contains code of others, under these licences.\n\n${parts.join('\n')}`;
}

async function noticeOf(folder: string): Promise<string> {
  const { name, version, license, author } = v.parse(
    Manifest,
    JSON.parse(await readFile(fromRoot(folder, 'package.json'), 'utf8')),
  );
  const files = (await readdir(fromRoot(folder))).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(fromRoot(folder, file), 'utf8')));
  const by = typeof author === 'string' ? author : author.name;
  const none = `The package comes without a text of its licence, ${license}. Author: ${by}`;
  return [`---- ${name} ${version} (${license})`, ...(texts.length === 0 ? [none] : texts), ''].join('\n\n');
}
