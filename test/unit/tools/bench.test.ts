import { describe, expect, it } from 'vitest';
import { comparison, parseMeasured } from '../../../tools/bench/compare.ts';
import { holes, type Row, type Table } from '../../../tools/bench/part.ts';

const title = 'The database; ms';
const keys = ['records', 'database'];
const table = (...rows: readonly Row[]): Table => ({ title, keys, rows });
const run = (rows: readonly Row[], part = 'store') => ({
  command: 'npm run bench',
  machine: '2026-11-30, 2 × A, Node 20',
  parts: [{ part, tables: [table(...rows)] }],
});
const earlier = (rows: readonly Row[]) => parseMeasured(JSON.stringify(run(rows)));

describe('what a benchmark has to measure', () => {
  it('is a finite number in every column that is no name', () => {
    expect(holes([table({ records: 1, database: 'the store', commit: 2.5 })])).toEqual([]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 'NaN', ''])('is not %o', (commit) => {
    expect(holes([table({ records: 1, database: 'the store', commit })])).toEqual([
      `"${title}" has ${commit} as commit of 1, the store`,
    ]);
  });

  it('has rows', () => {
    expect(holes([table()])).toEqual([`"${title}" has no rows`]);
  });
});

describe('a run beside an earlier one', () => {
  it('has each figure of both, by the names of its row, whatever their order', () => {
    const before = earlier([
      { records: 10, database: 'the store', commit: 9 },
      { records: 1, database: 'the store', commit: 2.5, gone: 1 },
    ]);
    const text = comparison(before, run([{ records: 1, database: 'the store', commit: 2.25, added: 3 }]));
    expect(text).toContain('| records | database | commit |\n| --- | --- | --- |\n| 1 | the store | 2.5 → 2.3 |');
    expect(text).not.toMatch(/added|gone|10/u);
    expect(text).toContain('Before: `npm run bench`, 2026-11-30, 2 × A, Node 20.');
  });

  it('reads figures that an earlier run wrote as texts', () => {
    const before = earlier([{ records: 1, database: 'the store', commit: '12.0' }]);
    expect(comparison(before, run([{ records: 1, database: 'the store', commit: 12 }]))).toContain('12 → 12');
  });

  it('leaves out what only one of them measured', () => {
    const rows = [{ records: 1, database: 'the store', commit: 1 }];
    expect(comparison(earlier(rows), run(rows, 'sync'))).not.toContain('###');
  });
});
