import fc from 'fast-check';
import { describe, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from './dayModel.ts';
import { Day, type Step } from './dayPlayer.ts';

/*
 * Random days of one user with two windows: everything that can be done to the clock and to records, in any order, by
 * the real use cases on a real file. After each step the records are exactly those of the model (dayModel.ts), the
 * ledger is what they sum to, at most one runs, none is empty, and none that the timer made overlaps another.
 * TIMECARD_DAYS=2000 runs more of them; TIMECARD_SEED and TIMECARD_PATH replay what a failure printed.
 */

const ISSUES = [null, 'PROJ-1', 'PROJ-2', 'OPS-7'] as const;
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Beirut',
] as const;

/** Clock changes, days that a zone skipped and midnights that did not exist, and one plain day. */
const DAYS = [
  '2026-03-28T20:00Z',
  '2026-10-24T20:00Z',
  '2026-03-08T03:00Z',
  '2026-11-01T03:00Z',
  '2026-04-04T10:00Z',
  '2026-10-03T10:00Z',
  '2011-12-30T06:00Z',
  '2018-11-04T00:00Z',
  '2018-02-17T22:00Z',
  '2024-03-30T18:00Z',
  '2026-06-15T08:00Z',
].map((iso) => Date.parse(iso));

const issueKey = fc.constantFrom(...ISSUES);
const which = fc.nat({ max: 20 });
const where = fc.double({ min: 0, max: 1, noNaN: true });
const ms = (max: number) => fc.oneof(fc.integer({ min: 0, max }), fc.integer({ min: 0, max: 5 * SECOND }));
/** How long ago; a little of it lies in the future, and sometimes it is too much either way. */
const ago = fc.option(fc.oneof(fc.integer({ min: -6, max: 180 }), fc.constantFrom(26 * 60, -10, 0)), {
  nil: undefined,
});
const shift = fc.option(fc.integer({ min: -90, max: 90 }), { nil: undefined });
const notes = fc.constantFrom('', 'Fixed the login', 'Talked to Ann');
const kind = <K extends Step['do'], T extends object>(name: K, rest: { [P in keyof T]: fc.Arbitrary<T[P]> }) =>
  fc.record(rest).map((fields) => ({ do: name, ...fields }));

const choice = fc.oneof(
  fc.constantFrom({ kind: 'keep' } as const, { kind: 'discard' } as const, { kind: 'stop' } as const),
  issueKey.map((key) => ({ kind: 'move', issueKey: key }) as const),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: kind('in', { issueKey, ago }) },
  { weight: 4, arbitrary: kind('out', { ago, notes: fc.option(notes, { nil: undefined }) }) },
  { weight: 4, arbitrary: kind('toggle', { issueKey }) },
  { weight: 2, arbitrary: kind('resume', {}) },
  { weight: 2, arbitrary: kind('amend', { issueKey, notes }) },
  { weight: 8, arbitrary: kind('wait', { ms: ms(10 * HOUR) }) },
  { weight: 3, arbitrary: kind('away', { minutes: fc.integer({ min: 11, max: 700 }) }) },
  { weight: 3, arbitrary: kind('answer', { which, choice, where }) },
  { weight: 2, arbitrary: kind('setBack', { ms: ms(20 * MINUTE) }) },
  { weight: 2, arbitrary: kind('travel', { zone: fc.constantFrom(...ZONES) }) },
  {
    weight: 2,
    arbitrary: kind('add', { ago: fc.integer({ min: -8, max: 900 }), minutes: fc.integer({ min: -1, max: 1500 }) }),
  },
  { weight: 3, arbitrary: kind('edit', { which, from: shift, to: shift }) },
  { weight: 1, arbitrary: kind('describe', { which, issueKey, notes }) },
  { weight: 3, arbitrary: kind('split', { which, where }) },
  { weight: 3, arbitrary: kind('merge', { which, other: which }) },
  { weight: 1, arbitrary: kind('duplicate', { which }) },
  { weight: 1, arbitrary: kind('remove', { which }) },
  { weight: 1, arbitrary: kind('restore', { which }) },
  { weight: 4, arbitrary: kind('undo', { back: fc.nat({ max: 8 }) }) },
);

const RUNS = Number(process.env.TIMECARD_DAYS ?? 30);
const { TIMECARD_SEED: SEED, TIMECARD_PATH: PATH } = process.env;

describe('any day', () => {
  it('keeps every second that was worked, and none twice', { timeout: 30_000 + RUNS * 5_000 }, async () => {
    const start = fc.record({ now: fc.constantFrom(...DAYS), zone: fc.constantFrom(...ZONES), split: fc.boolean() });
    const inWindows = fc.array(fc.record({ window: fc.constantFrom(0 as const, 1 as const), step }), {
      minLength: 8,
      maxLength: 40,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(start, inWindows, async (begin, steps) => {
        const day = await Day.begin(begin);
        try {
          for (const each of steps) await day.play(each.step, each.window);
        } finally {
          await day.end();
        }
      }),
      {
        numRuns: RUNS,
        ...(SEED === undefined ? {} : { seed: Number(SEED) }),
        ...(PATH === undefined ? {} : { path: PATH }),
      },
    );
  });
});
