import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { machine, writeResults } from '../support/results.ts';
import { benchActivation } from './activation.ts';
import { comparison, type PartMeasured, parseMeasured } from './compare.ts';
import { benchHost } from './host.ts';
import { benchHostStalls } from './hostStalls.ts';
import { benchPackage } from './package.ts';
import { holes, markdownOf, type Part } from './part.ts';
import { benchStalls } from './stalls.ts';
import { benchStore } from './store.ts';
import { benchSync } from './sync.ts';
import { benchTyping } from './typing.ts';
import { benchView } from './view.ts';

/*
 * `npm run bench`: measures and prints, asserts nothing but that there is something measured. `npm run bench -- store
 * sync` runs some parts alone, `--short` with small numbers. `--json <file>` writes everything measured, `--compare
 * <file>` puts it beside what an earlier run wrote so, `--write` puts the tables into the page.
 */

const PAGE = 'docs/performance.md';

const PARTS: readonly Part[] = [
  { name: 'activation', run: benchActivation },
  { name: 'store', run: benchStore },
  { name: 'stalls', run: benchStalls },
  { name: 'hostStalls', run: benchHostStalls },
  { name: 'host', run: benchHost },
  { name: 'sync', run: benchSync },
  { name: 'typing', run: benchTyping },
  { name: 'view', run: benchView },
  { name: 'package', run: benchPackage },
];

interface Options {
  readonly parts: readonly Part[];
  readonly short: boolean;
  readonly json: string | undefined;
  readonly compare: string | undefined;
  readonly write: boolean;
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      json: { type: 'string' },
      compare: { type: 'string' },
    },
  });
  const unknown = positionals.filter((name) => PARTS.every((part) => part.name !== name));
  if (unknown.length > 0) {
    throw new Error(`Unknown: ${unknown.join(', ')}. The parts are ${PARTS.map(({ name }) => name).join(', ')}.`);
  }
  const parts = positionals.length === 0 ? PARTS : PARTS.filter(({ name }) => positionals.includes(name));
  const { short, write, json, compare } = values;
  if (write && short) throw new Error('The page holds whole measurements only: --write without --short.');
  return { parts, short, json, compare, write };
}

async function main(args: readonly string[]): Promise<void> {
  const { parts, short, json, compare, write } = readOptions(args);
  const command = ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  // Read first: an hour later is too late to find that it is not there.
  const before = compare === undefined ? undefined : parseMeasured(await readFile(compare, 'utf8'));
  const measured: (PartMeasured & { readonly seconds: number })[] = [];
  for (const { name, run } of parts) {
    const begun = performance.now();
    const tables = await run({ short });
    const missing = holes(tables);
    if (missing.length > 0) throw new Error(`${name} did not measure everything:\n${missing.join('\n')}`);
    measured.push({ part: name, seconds: (performance.now() - begun) / 1_000, tables });
    const markdown = `${markdownOf(tables)}\n\n\`npm run bench -- ${name}${short ? ' --short' : ''}\`, ${machine()}.`;
    console.log(`\n## ${name}\n\n${markdown}`);
    if (write) await writeResults(PAGE, `bench ${name}`, markdown);
  }
  const all = { command, machine: machine(), date: new Date().toISOString(), parts: measured };
  if (json !== undefined) await writeFile(path.resolve(json), `${JSON.stringify(all, null, 2)}\n`);
  if (before === undefined) return;
  const compared = comparison(before, all);
  console.log(`\n## Before and after\n\n${compared}`);
  if (write) await writeResults(PAGE, 'bench compare', compared);
}

await main(process.argv.slice(2));
