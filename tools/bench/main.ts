import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { machine, writeResults } from '../support/results.ts';
import { benchActivation } from './activation.ts';
import { benchHost } from './host.ts';
import { benchPackage } from './package.ts';
import { markdownOf, type Part, type Table } from './part.ts';
import { benchStalls } from './stalls.ts';
import { benchStore } from './store.ts';
import { benchSync } from './sync.ts';
import { benchTyping } from './typing.ts';
import { benchView } from './view.ts';

/*
 * `npm run bench`: measures and prints, asserts nothing. `npm run bench -- store sync` runs some parts alone, `--short`
 * with small numbers. `--json <file>` writes everything measured, `--write` puts the tables into the page.
 */

const PAGE = 'docs/performance.md';

const PARTS: readonly Part[] = [
  { name: 'activation', run: benchActivation },
  { name: 'store', run: benchStore },
  { name: 'stalls', run: benchStalls },
  { name: 'host', run: benchHost },
  { name: 'sync', run: benchSync },
  { name: 'typing', run: async () => [{ title: 'Typing into the issue picker', rows: await benchTyping() }] },
  { name: 'view', run: viewTables },
  { name: 'package', run: benchPackage },
];

async function viewTables(): Promise<readonly Table[]> {
  const view = await benchView();
  return [
    { title: 'The history view opens with 100,000 records on file, leg by leg; ms, medians', rows: view.legs },
    { title: 'It is used with 100,000 records on file; ms', rows: view.times },
    { title: 'The script of the history view', rows: view.sizes },
  ];
}

interface Options {
  readonly parts: readonly Part[];
  readonly short: boolean;
  readonly json: string | undefined;
  readonly write: boolean;
}

function readOptions(args: readonly string[]): Options {
  const rest = [...args];
  const at = rest.indexOf('--json');
  const json = at < 0 ? undefined : rest.splice(at, 2)[1];
  if (at >= 0 && json === undefined) throw new Error('--json needs a file.');
  const names = rest.filter((arg) => !arg.startsWith('--'));
  const unknown = [
    ...names.filter((name) => PARTS.every((part) => part.name !== name)),
    ...rest.filter((arg) => arg.startsWith('--') && arg !== '--short' && arg !== '--write'),
  ];
  if (unknown.length > 0) {
    throw new Error(`Unknown: ${unknown.join(', ')}. The parts are ${PARTS.map(({ name }) => name).join(', ')}.`);
  }
  const parts = names.length === 0 ? PARTS : PARTS.filter(({ name }) => names.includes(name));
  const write = rest.includes('--write');
  const short = rest.includes('--short');
  if (write && short) throw new Error('The page holds whole measurements only: --write without --short.');
  return { parts, short, json, write };
}

async function main(args: readonly string[]): Promise<void> {
  const { parts, short, json, write } = readOptions(args);
  const command = ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  const measured: { part: string; seconds: number; tables: readonly Table[] }[] = [];
  for (const { name, run } of parts) {
    const begun = performance.now();
    const tables = await run({ short });
    measured.push({ part: name, seconds: (performance.now() - begun) / 1_000, tables });
    const markdown = `${markdownOf(tables)}\n\n\`npm run bench -- ${name}${short ? ' --short' : ''}\`, ${machine()}.`;
    console.log(`\n## ${name}\n\n${markdown}`);
    if (write) await writeResults(PAGE, `bench ${name}`, markdown);
  }
  if (json !== undefined) {
    const all = { command, machine: machine(), date: new Date().toISOString(), parts: measured };
    await writeFile(path.resolve(json), `${JSON.stringify(all, null, 2)}\n`);
  }
}

await main(process.argv.slice(2));
