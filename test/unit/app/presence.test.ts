import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Absences } from '../../../src/app/absences.ts';
import { Presence } from '../../../src/app/presence.ts';
import { Undo } from '../../../src/app/undo.ts';
import type { PresenceFile, PresenceMark } from '../../../src/core/ports.ts';
import { LapseClock, openWindow, quietLog, type Window } from './office.ts';

const MINUTE = 60_000;

describe('presence', () => {
  let folder: string;
  let clock: LapseClock;
  let window: Window;
  let mark: PresenceMark | undefined;
  let writes: number;

  const file: PresenceFile = {
    read: async () => mark,
    write: async (written) => {
      writes += 1;
      mark = written;
    },
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'timecard-presence-'));
    clock = new LapseClock();
    window = await openWindow({ folder, clock });
    mark = undefined;
    writes = 0;
  });
  afterEach(async () => {
    await window.store.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function started(): Promise<Presence> {
    const { store, settings } = window;
    const absences = new Absences({ store, clock, newId: randomUUID, settings });
    const presence = new Presence({ store, clock, settings, file, absences, log: quietLog });
    await presence.start();
    return presence;
  }

  async function seenAfter(presence: Presence, minutes: number): Promise<void> {
    clock.ahead += minutes * MINUTE;
    presence.seen();
    await presence.settled();
  }

  const minutesOf = async () =>
    (await window.records.list()).map(({ timeIn, timeOut }) =>
      Math.round(((timeOut ?? clock.now()) - timeIn) / MINUTE),
    );

  it('asks after the idle limit, changes nothing by itself, and asks about all of it', async () => {
    const presence = await started();
    const running = await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    expect(presence.pending).toBeUndefined();
    await seenAfter(presence, 40);
    expect(presence.pending).toMatchObject({ record: { id: running.id }, crashed: false });
    expect(Math.round(((presence.pending?.to ?? 0) - (presence.pending?.from ?? 0)) / MINUTE)).toBe(40);
    expect(await window.timeClock.current()).toMatchObject({ id: running.id, timeIn: running.timeIn });
  });

  it.each([
    ['keep', [50]],
    ['discard', [1, 9]],
    ['stop', [9]],
  ] as const)('%s leaves %j minutes, and can be undone', async (kind, expected) => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 40);
    clock.ahead += MINUTE;
    await presence.decide({ kind });
    expect(await minutesOf()).toEqual(expected);
    expect(presence.pending).toBeUndefined();
    if (kind === 'keep') return;
    const undo = new Undo(window);
    const [last] = await undo.changes();
    await undo.undo(last?.group ?? -1);
    expect(await minutesOf()).toEqual([50]);
  });

  it('gives the time to another issue and goes on with the first', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1', notes: 'a' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 40);
    await presence.decide({ kind: 'move', issueKey: 'meet-2' });
    const records = await window.records.list();
    expect(records.map(({ issueKey }) => issueKey)).toEqual(['DEMO-1', 'MEET-2', 'DEMO-1']);
    expect(await window.timeClock.current()).toMatchObject({ issueKey: 'DEMO-1', notes: 'a' });
  });

  it('asks about each absence by itself, so that the work between them is never cut out', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 40);
    for (let i = 0; i < 5; i++) await seenAfter(presence, 5);
    await seenAfter(presence, 60);
    await presence.decide({ kind: 'discard' });
    expect(presence.pending).toBeDefined();
    await presence.decide({ kind: 'discard' });
    expect(presence.pending).toBeUndefined();
    expect(await minutesOf()).toEqual([0, 25, 9]);
  });

  it('asks nothing more once the first absence was the end of the work', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 40);
    await seenAfter(presence, 5);
    await seenAfter(presence, 60);
    await presence.decide({ kind: 'stop' });
    expect(presence.pending).toBeUndefined();
    expect(await window.timeClock.current()).toBeUndefined();
  });

  it('does not ask when another window saw somebody meanwhile, nor when nothing runs, nor with the limit off', async () => {
    const [one, other] = [await started(), await started()];
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    for (let i = 0; i < 5; i++) await seenAfter(one, 8);
    await seenAfter(other, 1);
    expect(other.pending).toBeUndefined();
    window.settings.idle = 0;
    await seenAfter(other, 500);
    expect(other.pending).toBeUndefined();
    window.settings.idle = 10;
    await window.timeClock.clockOut();
    await seenAfter(other, 500);
    expect(other.pending).toBeUndefined();
  });

  it('tells a crash from a close, and goes on after a short restart', async () => {
    const first = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(first, 2);
    clock.ahead += 5 * MINUTE;
    expect((await started()).pending).toBeUndefined();
    clock.ahead += 600 * MINUTE;
    expect((await started()).pending).toMatchObject({ crashed: true });
    mark = mark === undefined ? undefined : { ...mark, questions: [] };
    const closing = await started();
    await closing.close();
    clock.ahead += 600 * MINUTE;
    expect((await started()).pending).toMatchObject({ crashed: false });
  });

  it('keeps an undecided question across a restart', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 40);
    const { from, to } = presence.pending ?? {};
    await presence.close();
    clock.ahead += MINUTE;
    expect((await started()).pending).toMatchObject({ from, to });
  });

  it('writes signs of life down at most once a minute', async () => {
    const presence = await started();
    const before = writes;
    for (let i = 0; i < 600; i++) await seenAfter(presence, 1 / 60);
    expect(writes - before).toBeLessThanOrEqual(11);
  });

  it('drops a question whose record was stopped meanwhile, and says so', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 40);
    await window.timeClock.clockOut();
    await expect(presence.decide({ kind: 'discard' })).rejects.toMatchObject({ reason: 'invalid' });
    expect(presence.pending).toBeUndefined();
  });
});
