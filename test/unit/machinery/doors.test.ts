import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { fromRoot } from '../../../tools/support/paths.ts';

/** `file` “name”, and further names of the same file after commas. */
const NAMED = /`(test\/[^`]+)`((?:,? “[^”]+”)+)/gu;

/** A test that ends itself when it does not find what it needs. */
const LEAVES_OUT = /\b(context|this)\.skip\(|[^.\w]skip\(|\.skipIf\(/u;

/** What they need is made by something that throws under CI: makeCertificate, and `sites` of test/host/suites. */
const FAIL_UNDER_CI = [
  'test/host/suites/badInput.test.ts',
  'test/host/suites/commands.test.ts',
  'test/host/suites/network.test.ts',
  'test/unit/jira/tls.test.ts',
];

interface Named {
  readonly file: string;
  readonly name: string;
}

function namedIn(page: string): readonly Named[] {
  return [...page.matchAll(NAMED)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/“([^”]+)”/gu)].map(([, name = '']) => ({ file, name })),
  );
}

async function isThere({ file, name }: Named): Promise<boolean> {
  if (!existsSync(fromRoot(file))) return false;
  const text = await readFile(fromRoot(file), 'utf8');
  // A name may go on with what the test fills in; a skipped test holds nothing.
  const at = ["'", '`', '"'].map((quote) => text.indexOf(quote + name)).find((found) => found >= 0);
  return at !== undefined && !/\.(skip|todo)\(\s*$/u.test(text.slice(Math.max(0, at - 20), at));
}

describe('docs/security.md', () => {
  it('names only tests that are there', async () => {
    const page = await readFile(fromRoot('docs/security.md'), 'utf8');
    const named = namedIn(page);
    expect(named.length).toBeGreaterThan(50);
    const there = await Promise.all(named.map(isThere));
    expect(named.filter((_, index) => there[index] !== true)).toEqual([]);
  });

  it('names one in every line of its tables', async () => {
    const page = await readFile(fromRoot('docs/security.md'), 'utf8');
    const tables = page.replace(/<!-- begin: input -->.*<!-- end: input -->/su, '');
    const lines = tables.split('\n').filter((line) => line.startsWith('| ') && !/ test \|$/u.test(line));
    expect(lines.filter((line) => namedIn(line).length === 0)).toEqual([]);
  });

  it('names none in a file whose tests may leave themselves out, but for files that fail under CI instead', async () => {
    const page = await readFile(fromRoot('docs/security.md'), 'utf8');
    const files = [...new Set(namedIn(page).map(({ file }) => file))];
    const mayBeLeftOut = await Promise.all(
      files.map(async (file) => LEAVES_OUT.test(await readFile(fromRoot(file), 'utf8'))),
    );
    expect(files.filter((_, index) => mayBeLeftOut[index] === true).sort()).toEqual([...FAIL_UNDER_CI].sort());
  });

  it('would miss one that is not', async () => {
    const file = 'test/unit/machinery/doors.test.ts';
    expect(await isThere({ file, name: ['names only tests', 'that were'].join(' ') })).toBe(false);
    expect(await isThere({ file: 'test/unit/machinery/no.test.ts', name: 'x' })).toBe(false);
  });
});
