import { stat } from 'node:fs/promises';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { makePackageQuietly } from '../package/make.ts';
import { nodeFormData } from '../support/nodeFormData.mjs';
import { fromRoot, ROOT } from '../support/paths.ts';
import { zipFiles } from '../support/zip.ts';
import type { Row, Table } from './part.ts';

const LARGEST = 8;

/** The sizes of the package and of what is in it, and what takes most of the extension's script. */
export async function benchPackage(): Promise<readonly Table[]> {
  const file = await makePackageQuietly();
  const files = [...(await zipFiles(file))].sort((a, b) => b.packed - a.packed).slice(0, LARGEST);
  const rows: Row[] = [
    { file: path.basename(file), packed: kib((await stat(file)).size) },
    ...files.map(({ name, packed, size }) => ({ file: name, packed: kib(packed), unpacked: kib(size) })),
  ];
  return [
    { title: 'The package and its largest files; KiB', keys: ['file'], rows },
    { title: "What takes most of the extension's script; KiB", keys: ['part'], rows: await scriptParts() },
  ];
}

async function scriptParts(): Promise<readonly Row[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [fromRoot('src/extension.ts')],
    outfile: fromRoot('out/bench/extension.js'),
    write: false,
    bundle: true,
    minify: true,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['vscode'],
    plugins: [nodeFormData],
    mainFields: ['module', 'main'],
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return partsOf(metafile);
}

function partsOf({ outputs }: Metafile): readonly Row[] {
  const [script] = Object.values(outputs);
  if (script === undefined) throw new Error('The extension has no script.');
  const byPart = new Map<string, number>();
  for (const [input, { bytesInOutput }] of Object.entries(script.inputs)) {
    const part = partOf(input);
    byPart.set(part, (byPart.get(part) ?? 0) + bytesInOutput);
  }
  const parts = [...byPart].sort(([, a], [, b]) => b - a).slice(0, LARGEST);
  return [['whole script', script.bytes] as const, ...parts].map(([part, bytes]) => ({ part, KiB: kib(bytes) }));
}

/** The package that a file belongs to, or our own code. */
function partOf(input: string): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
  return name ?? 'our own';
}

function kib(bytes: number): number {
  return bytes / 1_024;
}
