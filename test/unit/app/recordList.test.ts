import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ListQuery, RecordList } from '../../../src/app/recordList.ts';
import { dayOf } from '../../../src/core/days.ts';
import type { GroupSlice, ListFilter } from '../../../src/core/recordList.ts';
import type { Issue, SyncState, TimeRecord } from '../../../src/core/records.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { open, record, synced, tempFolder } from '../store/helpers.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 20);
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'No/Where'];

const ISSUE: Issue = {
  key: 'PROJ-1',
  id: '10001',
  summary: 'Rotate the Zertifikate',
  status: 'To do',
  statusCategory: 'new',
  assignee: null,
  project: 'PROJ',
  issueType: 'Task',
  url: 'https://example.atlassian.net/browse/PROJ-1',
};

interface Drawn {
  readonly hours: number;
  readonly length: number;
  readonly zone: string;
  readonly issueKey: string | null;
  readonly notes: string;
  readonly inJira: boolean;
  readonly removed: boolean;
}

const DRAWN: fc.Arbitrary<readonly Drawn[]> = fc.array(
  fc.record({
    hours: fc.oneof(fc.integer({ min: 0, max: 24 * 20 }), fc.integer({ min: 0, max: 24 * 700 })),
    length: fc.integer({ min: 1, max: 5 * HOUR }),
    zone: fc.constantFrom(...ZONES),
    issueKey: fc.constantFrom(null, 'PROJ-1', 'PROJ-12', 'PROJ2-1', 'OPS-3'),
    notes: fc.constantFrom('', 'Standup', 'ÄRGER with 100%', 'proj-1 again'),
    inJira: fc.boolean(),
    removed: fc.boolean(),
  }),
  { maxLength: 40 },
);

const FILTER: fc.Arbitrary<ListFilter> = fc.record(
  {
    text: fc.constantFrom('stand', 'ärger', '100%', 'proj-1', 'zertifikate', 'nothing of the kind'),
    issueKey: fc.constantFrom('PROJ-1', 'OPS-3'),
    project: fc.constantFrom('PROJ', 'OPS', 'NONE'),
    fromDay: fc.constantFrom('2026-03-25', '2026-04-01'),
    toDay: fc.constantFrom('2026-03-31', '2026-04-05'),
    states: fc.constantFrom<readonly SyncState[]>(['pending', 'failed', 'unknown'], ['synced'], ['local']),
  },
  { requiredKeys: [] },
);

const QUERY: fc.Arbitrary<ListQuery> = fc.record({
  grouping: fc.constantFrom('day' as const, 'issue' as const),
  filter: FILTER,
});

function made(drawn: readonly Drawn[]): readonly TimeRecord[] {
  return drawn.map(({ hours, length, inJira, removed, ...rest }, index) => {
    const timeIn = START + hours * HOUR;
    const plain = record(`r${index}`, { ...rest, timeIn, timeOut: timeIn + length, deletedAt: removed ? 1 : null });
    return inJira && rest.issueKey !== null ? synced(plain, `w${index}`) : plain;
  });
}

function localDay({ timeIn, zone }: TimeRecord): string {
  return dayOf(timeIn, zone === 'No/Where' ? 'UTC' : zone);
}

function fits(one: TimeRecord, filter: ListFilter): boolean {
  const day = localDay(one);
  const summary = one.issueKey === 'PROJ-1' ? ISSUE.summary : '';
  const words = [one.notes, one.issueKey ?? '', summary].map((text) => text.toLowerCase());
  const { text } = filter;
  return (
    one.deletedAt === null &&
    one.timeOut !== null &&
    (text === undefined || words.some((word) => word.includes(text))) &&
    (filter.issueKey === undefined || one.issueKey === filter.issueKey) &&
    (filter.project === undefined || one.issueKey?.startsWith(`${filter.project}-`) === true) &&
    (filter.fromDay === undefined || day >= filter.fromDay) &&
    (filter.toDay === undefined || day <= filter.toDay) &&
    (filter.states === undefined || filter.states.includes(syncStateOf(one)))
  );
}

async function listOf(records: readonly TimeRecord[], weekStart = 1) {
  const { store } = await open(await tempFolder());
  await store.commit((tx) => {
    for (const one of records) tx.insertRecord(one);
    tx.cacheIssues('c1', [ISSUE], START);
  });
  const breaths = { count: 0 };
  const breathe = async () => {
    breaths.count += 1;
  };
  return { store, breaths, list: new RecordList({ store, settings: { weekStart: () => weekStart }, breathe }) };
}

const wholeOf = (group: { key: string; count: number }): GroupSlice => ({
  group: group.key,
  from: 0,
  count: group.count,
});

describe('the list of records', () => {
  it('holds what a plain filter over all records lets through, group by group, with its sums', async () => {
    await fc.assert(
      fc.asyncProperty(DRAWN, QUERY, async (drawn, query) => {
        const records = made(drawn);
        const { list } = await listOf(records);
        const expected = records.filter((one) => fits(one, query.filter));
        const outline = await list.outline(query);
        expect(outline.count).toBe(expected.length);
        const ms = (all: readonly TimeRecord[]) => all.reduce((sum, one) => sum + ((one.timeOut ?? 0) - one.timeIn), 0);
        expect(outline.seconds).toBeCloseTo(ms(expected) / 1_000, 6);
        const rows = await list.rows(query, outline.groups.map(wholeOf));
        expect(rows.flatMap(({ records: listed }) => listed.map(({ id }) => id)).sort()).toEqual(
          expected.map(({ id }) => id).sort(),
        );
        for (const [index, group] of outline.groups.entries()) {
          const listed = rows[index]?.records ?? [];
          expect(listed).toHaveLength(group.count);
          expect(group.seconds).toBeCloseTo(ms(listed) / 1_000, 6);
          const logged = listed.filter((one) => syncStateOf(one) === 'synced');
          expect(group.loggedSeconds).toBeCloseTo(ms(logged) / 1_000, 6);
          const key = (one: TimeRecord) => (query.grouping === 'day' ? localDay(one) : (one.issueKey ?? ''));
          expect(listed.every((one) => key(one) === group.key)).toBe(true);
          expect(listed.map(({ timeIn }) => timeIn)).toEqual(listed.map(({ timeIn }) => timeIn).sort((a, b) => b - a));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has its newest weeks, each as a whole, before the rest of it', async () => {
    const drawn = Array.from({ length: 300 }, (_value, index) => ({
      ...{ hours: index * 7, length: HOUR, zone: 'Europe/Berlin', issueKey: 'PROJ-1', notes: '' },
      ...{ inJira: index % 3 === 0, removed: false },
    }));
    const { list } = await listOf(made(drawn));
    for (const filter of [{}, { project: 'PROJ' }, { fromDay: '2026-04-01', toDay: '2026-06-01' }]) {
      const query: ListQuery = { grouping: 'day', filter };
      const [newest, whole] = [await list.newest(query), await list.outline(query)];
      if (newest === undefined) throw new Error('There are enough records for a first part.');
      expect(newest.count).toBeGreaterThan(80);
      expect(newest.groups).toEqual(whole.groups.slice(0, newest.groups.length));
      expect(newest.weeks).toEqual(whole.weeks.slice(0, newest.weeks.length));
    }
    expect(await list.newest({ grouping: 'day', filter: { issueKey: 'PROJ-2' } })).toBeUndefined();
    expect(await list.newest({ grouping: 'day', filter: { text: 'proj' } })).toBeUndefined();
    expect(await list.newest({ grouping: 'issue', filter: {} })).toBeUndefined();
  });

  it('knows the place of every record it lists, and ids by place', async () => {
    await fc.assert(
      fc.asyncProperty(DRAWN, QUERY, async (drawn, query) => {
        const records = made(drawn);
        const { list } = await listOf(records);
        const { groups } = await list.outline(query);
        for (const group of groups) {
          const ids = await list.ids(query, [wholeOf(group)]);
          expect(ids.reduce((sum, { ms }) => sum + ms, 0) / 1_000).toBeCloseTo(group.seconds, 6);
          for (const [index, { id, ms }] of ids.entries()) {
            expect(await list.place(query, id)).toEqual({ group: group.key, index });
            expect(await list.ids(query, [{ group: group.key, from: index, count: 1 }])).toEqual([{ id, ms }]);
          }
        }
        const one = groups.flatMap(({ key, count }) =>
          Array.from({ length: count }, (_, from) => ({ group: key, from, count: 1 })),
        );
        const expected = [];
        for (const group of groups) expected.push(...(await list.ids(query, [wholeOf(group)])));
        // As many as are looked for in one go, from any one on.
        const gone = Array.from({ length: 13 }, () => ({ group: 'gone', from: 0, count: 5 }));
        const bare = (found: readonly { readonly id: string; readonly ms: number }[]) =>
          found.map(({ id, ms }) => ({ id, ms }));
        expect(bare(await list.ids(query, [...one, ...gone, ...one]))).toEqual([...expected, ...expected]);
        const hidden = records.find((one) => !fits(one, query.filter));
        if (hidden !== undefined) expect(await list.place(query, hidden.id)).toBeUndefined();
      }),
      { numRuns: 25 },
    );
  });

  it('sums weeks up from the days that belong to them, whatever day a week begins on', async () => {
    await fc.assert(
      fc.asyncProperty(DRAWN, fc.constantFrom(1, 6, 7), async (drawn, weekStart) => {
        const { list } = await listOf(made(drawn), weekStart);
        const { groups, weeks } = await list.outline({ grouping: 'day', filter: {} });
        let at = 0;
        for (const week of weeks) {
          const days = groups.slice(at, at + week.days);
          at += week.days;
          expect(new Date(`${week.key}T00:00:00Z`).getUTCDay()).toBe(weekStart % 7);
          const until = new Date(Date.parse(`${week.key}T00:00:00Z`) + 6 * 24 * HOUR).toISOString().slice(0, 10);
          expect(days.every(({ key }) => key >= week.key && key <= until)).toBe(true);
          expect(week.seconds).toBeCloseTo(
            days.reduce((sum, day) => sum + day.seconds, 0),
            6,
          );
        }
        expect(at).toBe(groups.length);
      }),
      { numRuns: 25 },
    );
  });

  it('leaves out the running record', async () => {
    const { list } = await listOf([record('a', { timeIn: START, timeOut: null })]);
    expect(await list.outline({ grouping: 'day', filter: {} })).toMatchObject({ count: 0, groups: [], weeks: [] });
    expect(await list.place({ grouping: 'day', filter: {} }, 'a')).toBeUndefined();
  });

  it('puts the issue worked on last first, with what is known of it', async () => {
    const at = (id: string, hours: number, issueKey: string | null) =>
      record(id, { timeIn: START + hours * HOUR, timeOut: START + (hours + 1) * HOUR, issueKey });
    const { list } = await listOf([at('a', 1, 'PROJ-1'), at('b', 2, 'OPS-3'), at('c', 3, null), at('d', 4, 'PROJ-1')]);
    const { groups, weeks } = await list.outline({ grouping: 'issue', filter: {} });
    expect(groups.map(({ key, count }) => [key, count])).toEqual([
      ['PROJ-1', 2],
      ['', 1],
      ['OPS-3', 1],
    ]);
    expect(groups[0]?.issue?.summary).toBe(ISSUE.summary);
    expect(weeks).toEqual([]);
  });

  it('reads a long history in stretches when it looks for words, and can be ended between them', async () => {
    const many = Array.from({ length: 12_000 }, (_, index) => {
      const timeIn = START - index * HOUR;
      return record(`r${index}`, { timeIn, timeOut: timeIn + HOUR, notes: index % 1_000 === 0 ? 'needle' : '' });
    });
    const { list, breaths } = await listOf(many);
    const query: ListQuery = { grouping: 'issue', filter: { text: 'needle' } };
    expect((await list.outline(query)).count).toBe(12);
    expect(breaths.count).toBeGreaterThanOrEqual(3);
    const abort = new AbortController();
    const searching = list.outline(query, abort.signal);
    abort.abort();
    await expect(searching).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('looks for what overlaps records that are years apart part by part, and finds it all', async () => {
    const MONTH = 30 * 24 * HOUR;
    const pair = (index: number) => {
      const timeIn = START - index * MONTH;
      const about = { timeIn, timeOut: timeIn + 2 * HOUR };
      return [
        record(`r${index}`, { ...about, issueKey: 'PROJ-1' }),
        // Every other one is worked on beside something else.
        record(`o${index}`, {
          timeIn: timeIn + (1 + (index % 2)) * HOUR,
          timeOut: timeIn + 4 * HOUR,
          issueKey: 'OPS-3',
        }),
      ];
    };
    const { list, breaths } = await listOf(Array.from({ length: 30 }, (_, index) => pair(index)).flat());
    const [rows] = await list.rows({ grouping: 'issue', filter: {} }, [{ group: 'PROJ-1', from: 0, count: 30 }]);
    const overlapping = [...(rows?.overlapping ?? [])].filter((id) => id.startsWith('r'));
    expect(overlapping.sort()).toEqual(Array.from({ length: 15 }, (_, index) => `r${index * 2}`).sort());
    expect(breaths.count).toBeGreaterThanOrEqual(6);
  });

  it('names the projects of the newest records', async () => {
    const keys = ['PROJ-1', 'OPS-3', 'PROJ-12', null];
    const { list } = await listOf(
      keys.map((issueKey, index) => record(`r${index}`, { issueKey, timeIn: START + index, timeOut: START + 99 })),
    );
    expect(await list.projects()).toEqual(['OPS', 'PROJ']);
  });
});
