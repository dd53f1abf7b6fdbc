import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SyncLogRow, syncLogCsv } from '../../../src/core/syncLogCsv.ts';
import { runs } from '../input/runs.ts';

const ROW: SyncLogRow = {
  startedAt: Date.UTC(2026, 10, 23, 9),
  finishedAt: Date.UTC(2026, 10, 23, 9) + 212,
  issueKey: 'PROJ-1',
  recordId: 'r1',
  action: 'create',
  status: 'success',
  worklogId: '10042',
  httpStatus: 201,
  reason: null,
  error: null,
};

/** A reader of RFC 4180, strict: what it does not know is an error. */
function parse(csv: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let rest = csv.replace(/^\uFEFF/, '');
  while (rest !== '') {
    const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest);
    if (match === null) throw new Error(`Not CSV: ${JSON.stringify(rest.slice(0, 40))}`);
    const [whole, quoted, plain = '', end] = match;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') {
      lines.push(cells);
      cells = [];
    }
    rest = rest.slice(whole.length);
  }
  if (cells.length > 0) throw new Error('The last line has no end.');
  return lines;
}

const errorCell = (error: string) => parse(syncLogCsv([{ ...ROW, error }]))[1]?.[9];
const DANGEROUS = /^[\s"]*[=+\-@＝＋－＠]/;

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '＝', ';', ',', '"', "'", ' ', '\t', '\r', '\n', 'a', '1') }),
);
const rows = fc.array(
  fc.record<SyncLogRow>({
    startedAt: fc.integer({ min: 0, max: 4e12 }),
    finishedAt: fc.option(fc.integer({ min: 0, max: 4e12 })),
    issueKey: text,
    recordId: text,
    action: fc.constantFrom('create', 'update', 'delete', 'adopt'),
    status: fc.constantFrom('pending', 'success', 'failed', 'unknown'),
    worklogId: fc.option(text),
    httpStatus: fc.option(fc.integer({ min: 100, max: 599 })),
    reason: fc.option(fc.constantFrom('network', 'forbidden')),
    error: fc.option(text),
  }),
  { maxLength: 5 },
);

describe('the sync log as CSV', () => {
  it('begins with a byte order mark and the columns, and ends every line', () => {
    expect(syncLogCsv([])).toBe(
      '\uFEFFtime,issue,record,action,outcome,worklog id,HTTP status,milliseconds,reason,error\r\n',
    );
  });

  it('has a line for each attempt, in the order given', () => {
    const failed: SyncLogRow = {
      ...ROW,
      status: 'failed',
      worklogId: null,
      httpStatus: 403,
      reason: 'forbidden',
      error: 'No, you said "no".\nAsk.',
    };
    expect(syncLogCsv([failed, ROW]).split('\r\n').slice(1)).toEqual([
      '2026-11-23T09:00:00.000Z,PROJ-1,r1,create,failed,,403,212,forbidden,"No, you said ""no"".\nAsk."',
      '2026-11-23T09:00:00.000Z,PROJ-1,r1,create,success,10042,201,212,,',
      '',
    ]);
  });

  it.each([
    ['not finished', null],
    ['a clock that was put back', ROW.startedAt - 1],
  ])('leaves out the duration: %s', (_, finishedAt) => {
    expect(parse(syncLogCsv([{ ...ROW, finishedAt }]))[1]?.[7]).toBe('');
  });

  it('leaves out the duration of an attempt whose window was closed, and no other', () => {
    const duration = (change: Partial<SyncLogRow>) => parse(syncLogCsv([{ ...ROW, ...change }]))[1]?.[7];
    expect(duration({ status: 'unknown', finishedAt: ROW.startedAt })).toBe('');
    expect(duration({ status: 'unknown' })).toBe('212');
    expect(duration({ finishedAt: ROW.startedAt })).toBe('0');
  });

  it.each([
    ['=HYPERLINK("http://x","y")', '\'=HYPERLINK("http://x","y")'],
    ['+1', "'+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝1+1', "'＝1+1"],
    [' =1', "' =1"],
    ['\t=1', "'\t'=1"],
    ['"=1', '\'"=1'],
    ['a;=1', "a;'=1"],
    ['a\n@x', "a\n'@x"],
    ['no formula: a=b, c-d, me@example.com', 'no formula: a=b, c-d, me@example.com'],
  ])('lets no spreadsheet run %j', (error, cell) => {
    expect(errorCell(error)).toBe(cell);
  });

  it('gives back what went in, but for the apostrophes', () => {
    fc.assert(
      fc.property(rows, (log) => {
        const [header, ...lines] = parse(syncLogCsv(log));
        expect(header).toHaveLength(10);
        expect(lines).toHaveLength(log.length);
        log.forEach((row, index) => {
          const cells = lines[index] ?? [];
          const told = [row.issueKey, row.recordId, row.worklogId ?? '', row.error ?? ''];
          const found = [cells[1], cells[2], cells[5], cells[9]];
          expect(found.map((cell) => cell?.replaceAll("'", ''))).toEqual(told.map((one) => one.replaceAll("'", '')));
          expect([cells[3], cells[4], cells[6], cells[8]]).toEqual([
            row.action,
            row.status,
            String(row.httpStatus ?? ''),
            row.reason ?? '',
          ]);
          expect(Date.parse(cells[0] ?? '')).toBe(row.startedAt);
        });
      }),
      { numRuns: runs(100) },
    );
  });

  it('has no cell that a spreadsheet runs, whether it splits at commas or at semicolons', () => {
    fc.assert(
      fc.property(rows, (log) => {
        const csv = syncLogCsv(log);
        const cells = [...parse(csv).flat(), ...csv.replace(/^\uFEFF/, '').split(/[;\t\r\n]/)];
        expect(cells.filter((cell) => DANGEROUS.test(cell))).toEqual([]);
      }),
      { numRuns: runs(100) },
    );
  });
});
