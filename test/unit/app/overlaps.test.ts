import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { overlappingRecords } from '../../../src/app/overlaps.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { openWindow, type Window } from './office.ts';

const HOUR = 3_600_000;

describe('marking records that overlap', () => {
  let folder: string;
  let window: Window;
  let today: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'timecard-overlaps-'));
    window = await openWindow({ folder });
    today = window.clock.now() - 20 * HOUR;
  });
  afterEach(async () => {
    await window.store.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Hours after a day ago. */
  const record = (id: string, from: number, to: number | null): TimeRecord => {
    const [timeIn, timeOut] = [today + from * HOUR, to === null ? null : today + to * HOUR];
    return newRecord({
      ...{ id, timeIn, timeOut, zone: 'UTC', now: timeIn },
      issueKey: null,
      notes: '',
      source: 'timer',
    });
  };
  const keep = (...records: readonly TimeRecord[]) =>
    window.store.commit((tx) => {
      for (const each of records) tx.insertRecord(each);
    });
  /** Of the newest records. */
  const marked = async (limit: number) => {
    const found = await window.store.read((db) => overlappingRecords(db, db.records({ limit })));
    return [...found].sort();
  };

  it('knows those beyond the page, and leaves out what only touches', async () => {
    await keep(record('a', 0, 3), record('b', 2, 4), record('c', 4, 5), record('d', 6, 7));
    expect(await marked(10)).toEqual(['a', 'b']);
    expect(await marked(3)).toContain('b');
    expect(await marked(2)).not.toContain('c');
    expect(await marked(2)).not.toContain('d');
  });

  it('marks the running record, however long it runs, and what it overlaps', async () => {
    await keep(record('long', -500, null), record('a', 0, 1), record('old', -502, -501));
    expect(await marked(10)).toEqual(['a', 'long']);
  });

  it('forgets a removed record', async () => {
    await keep(record('a', 0, 3), record('b', 2, 4));
    await window.records.remove('b');
    expect(await marked(10)).toEqual([]);
  });

  it('finds those of records that are years apart, without reading what lies between', async () => {
    const years = 2 * 365 * 24;
    const between = Array.from({ length: 5_000 }, (_, index) =>
      record(`r${index}`, -index * 2 - 200, -index * 2 - 199),
    );
    const asked = [record('x', 0, 2), record('y', -years, 2 - years)];
    await keep(...between, ...asked, record('near x', 1, 3), record('over y', -years - 20, 30 - years));
    const read: number[] = [];
    const found = await window.store.read((db) => {
      const spans = (from: number, to: number) => {
        const some = db.spans(from, to);
        read.push(some.length);
        return some;
      };
      return overlappingRecords({ spans, running: () => db.running() }, asked);
    });
    expect([...found].sort()).toEqual(['near x', 'over y', 'x', 'y']);
    expect(Math.max(...read)).toBeLessThan(10);
  });
});
