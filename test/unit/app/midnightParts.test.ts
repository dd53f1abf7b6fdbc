import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordEdits } from '../../../src/app/recordEdits.ts';
import { TimeClock } from '../../../src/app/timeClock.ts';
import { Undo } from '../../../src/app/undo.ts';
import { dayOf } from '../../../src/core/days.ts';
import type { CommitSource } from '../../../src/core/ports.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { LapseClock, openWindow, type Window } from './office.ts';

const HOUR = 3_600_000;

class StandingClock extends LapseClock {
  ms = 0;
  override now(): number {
    return this.ms;
  }
}

let folder: string;
let clock: StandingClock;
let window: Window;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timecard-midnight-'));
  clock = new StandingClock();
  window = await openWindow({ folder, clock });
});
afterEach(async () => {
  await window.store.close();
  await rm(folder, { recursive: true, force: true });
});

const length = ({ timeIn, timeOut }: TimeRecord) => (timeOut ?? Number.NaN) - timeIn;
const total = (records: readonly TimeRecord[]) => records.reduce((sum, record) => sum + length(record), 0);

/** A commit one ms before each full hour of work, and one at it. */
const everyHour: CommitSource = {
  between: async (_branch, from, to) => {
    const hours = Array.from({ length: Math.floor((to - from) / HOUR) }, (_, index) => from + (index + 1) * HOUR);
    return hours.flatMap((at) => [at - 1, at].filter((ms) => ms < to).map((ms) => ({ at: ms, subject: String(ms) })));
  },
};

describe('a night of work', () => {
  it.each([
    ['Europe/Berlin', '2026-03-28T21:00Z', '2026-03-29T22:30Z', 3],
    ['Europe/Berlin', '2026-10-24T20:00Z', '2026-10-25T04:00Z', 2],
    ['America/New_York', '2026-03-08T03:00Z', '2026-03-08T09:00Z', 2],
    ['America/St_Johns', '2026-11-01T01:00Z', '2026-11-01T09:00Z', 2],
    ['Asia/Kolkata', '2026-11-23T16:00Z', '2026-11-23T20:00Z', 2],
    ['Asia/Kathmandu', '2026-11-23T16:00Z', '2026-11-23T20:00Z', 2],
    ['Australia/Lord_Howe', '2026-04-04T11:00Z', '2026-04-05T14:00Z', 3],
    ['America/Sao_Paulo', '2018-11-04T01:00Z', '2018-11-04T06:00Z', 2],
    ['Asia/Beirut', '2024-03-30T20:00Z', '2024-03-31T02:00Z', 2],
    ['Pacific/Apia', '2011-12-30T07:00Z', '2011-12-30T13:00Z', 2],
  ])('in %s from %s to %s falls into days, and these can be one record again', async (zone, from, to, days) => {
    const { store, settings } = window;
    const deps = { store, clock, newId: randomUUID, settings };
    const timeClock = new TimeClock({ ...deps, commits: everyHour });
    const edits = new RecordEdits(deps);
    const undo = new Undo(deps);
    clock.zoneName = zone;
    clock.ms = Date.parse(from);
    const started = await timeClock.clockIn({ issueKey: 'PROJ-1', branch: 'feature/PROJ-1' });
    clock.ms = Date.parse(to);
    const parts = await timeClock.clockOut({ notes: 'All night' });

    const worked = Date.parse(to) - Date.parse(from);
    expect(parts.map((part) => dayOf(part.timeIn, zone))).toHaveLength(days);
    expect(new Set(parts.map((part) => dayOf(part.timeIn, zone))).size).toBe(days);
    for (const part of parts) expect(dayOf((part.timeOut ?? 0) - 1, zone)).toBe(dayOf(part.timeIn, zone));
    expect(total(parts)).toBe(worked);
    const commits = await everyHour.between('', Date.parse(from), Date.parse(to));
    expect(parts.flatMap((part) => part.commits)).toEqual(commits);

    for (const part of parts.slice(1)) await edits.merge(started.id, part.id);
    const [merged, ...others] = await window.records.list();
    expect(others).toEqual([]);
    expect(merged).toMatchObject({ id: started.id, notes: 'All night', zone, issueKey: 'PROJ-1', commits });
    expect(merged === undefined ? 0 : length(merged)).toBe(worked);

    for (const change of (await undo.changes()).slice(0, days - 1)) await undo.undo(change.group ?? -1);
    const again = (await window.records.list()).toReversed();
    expect(again.map(({ id, timeIn, timeOut }) => ({ id, timeIn, timeOut }))).toEqual(
      parts.map(({ id, timeIn, timeOut }) => ({ id, timeIn, timeOut })),
    );
    expect(again.flatMap((part) => part.commits)).toEqual(commits);
  });
});
