import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Absences } from '../../../src/app/absences.ts';
import { Presence } from '../../../src/app/presence.ts';
import { RecordEdits } from '../../../src/app/recordEdits.ts';
import { Undo } from '../../../src/app/undo.ts';
import type { AbsenceChoice } from '../../../src/core/absence.ts';
import { TimecardError } from '../../../src/core/errors.ts';
import type { PresenceFile, PresenceMark } from '../../../src/core/ports.ts';
import { LapseClock, openWindow, quietLog, type Window } from './office.ts';

const MINUTE = 60_000;

describe('presence', () => {
  let folder: string;
  let clock: LapseClock;
  let window: Window;
  let mark: PresenceMark | undefined;
  let writes: number;
  let asked: number;

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
    // Far from midnight, where records are split.
    clock.ahead = Date.parse('2026-12-01T08:00:00Z') - Date.now();
    window = await openWindow({ folder, clock });
    mark = undefined;
    writes = 0;
    asked = 0;
  });
  afterEach(async () => {
    await window.store.close();
    await rm(folder, { recursive: true, force: true });
  });

  function absencesOf({ store, settings }: Window): Absences {
    return new Absences({ store, clock, newId: randomUUID, settings });
  }

  function presenceOf(own: Window): Presence {
    const { store, settings } = own;
    const presence = new Presence({ store, clock, settings, file, absences: absencesOf(own), log: quietLog });
    presence.onDidAsk(() => {
      asked += 1;
    });
    return presence;
  }

  async function started(own: Window = window): Promise<Presence> {
    const presence = presenceOf(own);
    await presence.start();
    return presence;
  }

  async function decide(presence: Presence, choice: AbsenceChoice): Promise<void> {
    await presence.decide(presence.pending?.id ?? '', choice);
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
    await decide(presence, { kind });
    expect(await minutesOf()).toEqual(expected);
    expect(presence.pending).toBeUndefined();
    const undo = new Undo(window);
    const [last] = await undo.changes();
    expect(last).toMatchObject({ issueKey: 'DEMO-1', absence: { decision: { kind } } });
    if (kind === 'keep') await absencesOf(window).takeBack(last?.absence?.id ?? '');
    else await undo.undo(last?.group ?? -1);
    expect(await minutesOf()).toEqual([50]);
    await presence.here();
    expect(presence.pending).toMatchObject({ record: { issueKey: 'DEMO-1' } });
  });

  it('kept is among what can be undone, in its place, and not once its record is gone', async () => {
    const presence = await started();
    const { id } = await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 40);
    await decide(presence, { kind: 'keep' });
    clock.ahead += MINUTE;
    await window.timeClock.clockOut();
    const undo = new Undo(window);
    const [ending, keeping, beginning] = await undo.changes();
    expect([ending?.kind, keeping?.group, beginning?.kind]).toEqual(['clockOut', null, 'clockIn']);
    await window.records.remove(id);
    expect((await undo.changes()).map(({ group }) => group)).not.toContain(null);
    await expect(absencesOf(window).takeBack(keeping?.absence?.id ?? '')).rejects.toMatchObject({ reason: 'invalid' });
  });

  it('is kept when it goes to the issue it is on, and names no other change as its own', async () => {
    const { id, timeIn } = await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    clock.ahead += 40 * MINUTE;
    const [ended] = await window.timeClock.clockOut();
    const absences = absencesOf(window);
    await absences.note([{ from: timeIn, to: ended?.timeOut ?? 0, crashed: false }]);
    const [question] = await absences.questions();
    await window.records.update(id, { notes: 'Mine' });
    await absences.resolve(question?.id ?? '', { kind: 'move', issueKey: 'DEMO-1' });
    const [decided] = await absences.decided();
    expect(decided).toMatchObject({ decision: { kind: 'keep' }, changeGroup: null });
    expect(await window.records.get(id)).toMatchObject({ notes: 'Mine', timeIn });
  });

  it('gives the time to another issue and goes on with the first', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1', notes: 'a' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 40);
    await decide(presence, { kind: 'move', issueKey: 'meet-2' });
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
    await decide(presence, { kind: 'discard' });
    expect(presence.pending).toBeDefined();
    await decide(presence, { kind: 'discard' });
    expect(presence.pending).toBeUndefined();
    expect(await minutesOf()).toEqual([0, 25, 9]);
  });

  it('asks nothing more once the first absence was the end of the work', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 40);
    await seenAfter(presence, 5);
    await seenAfter(presence, 60);
    await decide(presence, { kind: 'stop' });
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
    const closing = await started();
    await decide(closing, { kind: 'keep' });
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

  it('keeps a question whose record was clocked out meanwhile, and cuts the time out of the finished record', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 40);
    clock.ahead += MINUTE;
    await window.timeClock.clockOut();
    await presence.here();
    expect(presence.pending).toMatchObject({ record: { issueKey: 'DEMO-1' } });
    await decide(presence, { kind: 'discard' });
    expect(await minutesOf()).toEqual([1, 9]);
    expect(presence.pending).toBeUndefined();
  });

  it('asks about a record that was clocked out while nobody was there, as far as it went', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    const at = clock.now() + 60 * MINUTE;
    clock.ahead += 600 * MINUTE;
    await window.timeClock.clockOut({ at });
    await seenAfter(presence, 100);
    expect(presence.pending).toMatchObject({ to: at });
    await decide(presence, { kind: 'stop' });
    expect(await minutesOf()).toEqual([9]);
  });

  it('asks about each record that ran meanwhile, and not about what was entered by hand', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 5);
    clock.ahead += 60 * MINUTE;
    await window.timeClock.clockIn({ issueKey: 'DEMO-2', source: 'api' });
    clock.ahead += 60 * MINUTE;
    await window.timeClock.clockOut();
    const timeIn = clock.now() - 100 * MINUTE;
    const hand = { timeIn, timeOut: timeIn + 90 * MINUTE, issueKey: 'DEMO-3' };
    await window.records.add({ ...hand, source: 'manual' });
    const sent = await window.records.add({ ...hand, source: 'api' });
    const edits = new RecordEdits(window);
    await edits.split(sent.id, timeIn + 20 * MINUTE);
    await seenAfter(presence, 1);
    const keys = (await absencesOf(window).questions()).map(({ record }) => record.issueKey);
    expect(keys).toEqual(['DEMO-1', 'DEMO-2']);
  });

  it('stops at a time within the absence, and at no other', async () => {
    const presence = await started();
    const { timeIn } = await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 40);
    await expect(decide(presence, { kind: 'stopAt', at: timeIn + MINUTE })).rejects.toMatchObject({
      reason: 'invalid',
    });
    expect(presence.pending).toBeDefined();
    await decide(presence, { kind: 'stopAt', at: timeIn + 30 * MINUTE });
    expect(await minutesOf()).toEqual([30]);
    expect(await window.timeClock.current()).toBeUndefined();
  });

  it('follows the time through midnight, splits and merges, and asks no more when it is no longer recorded', async () => {
    clock.ahead = Date.parse('2026-12-01T20:00:00Z') - Date.now();
    const presence = await started();
    const { id } = await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 600);
    clock.ahead += MINUTE;
    await window.timeClock.clockOut();
    const edits = new RecordEdits(window);
    const [, first] = await window.records.list();
    expect(first?.id).toBe(id);
    await edits.split(id, (first?.timeIn ?? 0) + 60 * MINUTE);
    await presence.here();
    expect(Math.round((presence.pending?.length ?? 0) / MINUTE)).toBe(600);
    await decide(presence, { kind: 'discard' });
    expect(await minutesOf()).toEqual([1, 9]);
  });

  it('asks only about what an edit has left of the stretch', async () => {
    const presence = await started();
    const { id, timeIn } = await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 40);
    await window.timeClock.clockOut();
    await window.records.update(id, { timeOut: timeIn + 20 * MINUTE });
    await presence.here();
    expect(Math.round((presence.pending?.length ?? 0) / MINUTE)).toBe(11);
    const question = presence.pending?.id ?? '';
    await window.records.update(id, { timeOut: timeIn + 5 * MINUTE });
    await presence.here();
    expect(presence.pending).toBeUndefined();
    await presence.decide(question, { kind: 'discard' });
    expect(await minutesOf()).toEqual([5]);
    expect(await absencesOf(window).decided()).toMatchObject([{ id: question, decision: { kind: 'keep' } }]);
  });

  it('gives discarded time back two days later, when the record has long ended, and asks again', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1', notes: 'a' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 40);
    clock.ahead += 5 * MINUTE;
    const question = presence.pending?.id ?? '';
    await decide(presence, { kind: 'discard' });
    await window.timeClock.clockIn({ issueKey: 'DEMO-2' });
    clock.ahead += 2 * 1_440 * MINUTE;
    await window.timeClock.clockOut();
    await absencesOf(window).takeBack(question);
    const records = (await window.records.list()).filter(({ issueKey }) => issueKey === 'DEMO-1');
    expect(records.map(({ timeIn, timeOut }) => Math.round(((timeOut ?? 0) - timeIn) / MINUTE))).toEqual([5, 40, 9]);
    expect(records.map(({ notes }) => notes)).toEqual(['a', 'a', 'a']);
    await presence.here();
    expect(presence.pending?.id).toBe(question);
    await decide(presence, { kind: 'move', issueKey: 'MEET-1' });
    expect((await window.records.list({ issueKey: 'MEET-1' })).length).toBe(1);
  });

  it('brings a stopped record back as a finished one while another runs, and never over its time', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 40);
    const question = presence.pending?.id ?? '';
    await decide(presence, { kind: 'stop' });
    const at = clock.now() - 10 * MINUTE;
    await window.timeClock.clockIn({ issueKey: 'DEMO-2', at });
    await absencesOf(window).takeBack(question);
    expect(await minutesOf()).toEqual([10, 30, 9]);
    await expect(absencesOf(window).takeBack(question)).rejects.toMatchObject({ reason: 'invalid' });
  });

  it('takes back what was given to another issue after the work went on', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 40);
    const question = presence.pending?.id ?? '';
    await decide(presence, { kind: 'move', issueKey: 'MEET-2' });
    await window.timeClock.clockOut();
    await absencesOf(window).takeBack(question);
    const keys = (await window.records.list()).map(({ issueKey }) => issueKey);
    expect(new Set(keys)).toEqual(new Set(['DEMO-1']));
  });

  it('names the decision in the list of changes, and asks again when it is undone there', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 40);
    await decide(presence, { kind: 'discard' });
    const undo = new Undo(window);
    const [last] = await undo.changes();
    expect(last?.absence).toMatchObject({ decision: { kind: 'discard' } });
    await undo.undo(last?.group ?? -1);
    await presence.here();
    expect(presence.pending).toBeDefined();
    expect(await minutesOf()).toEqual([40]);
  });

  it('leaves nothing of the moment between an answer and clocking out, which can be undone', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    await seenAfter(presence, 40);
    const question = presence.pending?.id ?? '';
    await decide(presence, { kind: 'discard' });
    clock.ahead += 7_000;
    expect(await window.timeClock.clockOut({ withoutMoment: true })).toEqual([]);
    expect(await minutesOf()).toEqual([9]);
    await absencesOf(window).takeBack(question);
    expect((await minutesOf()).reduce((sum, one) => sum + one, 0)).toBe(49);
  });

  it('keeps a short record that begins with the work, or goes on after time away that was kept', async () => {
    const presence = await started();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    clock.ahead += 7_000;
    expect(await window.timeClock.clockOut({ withoutMoment: true })).toHaveLength(1);
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 40);
    await decide(presence, { kind: 'keep' });
    expect(await window.timeClock.clockOut({ withoutMoment: true })).toHaveLength(1);
  });

  describe('when a record runs again', () => {
    /** Undoes the newest change, and tells how long the question is that comes of it. */
    async function undoneAfter(presence: Presence, minutes: number): Promise<number | undefined> {
      clock.ahead += minutes * MINUTE;
      presence.seen();
      await presence.settled();
      const undo = new Undo(window);
      const [last] = await undo.changes();
      await undo.undo(last?.group ?? -1);
      await presence.here();
      const { pending } = presence;
      return pending === undefined ? undefined : Math.round(pending.length / MINUTE);
    }

    it('asks about the time since it was clocked out, and takes no answer for granted', async () => {
      const presence = await started();
      const { id } = await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      await seenAfter(presence, 9);
      await window.timeClock.clockOut();
      expect(await undoneAfter(presence, 15 * 60)).toBe(15 * 60);
      expect(presence.pending?.record).toMatchObject({ id, timeOut: null });
      await decide(presence, { kind: 'discard' });
      expect(await minutesOf()).toEqual([0, 9]);
    });

    it('asks about nothing after less than the idle limit, or when the user wants no questions', async () => {
      const presence = await started();
      await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      await seenAfter(presence, 9);
      await window.timeClock.clockOut();
      expect(await undoneAfter(presence, 9)).toBeUndefined();
      await window.timeClock.clockOut();
      window.settings.idle = 0;
      expect(await undoneAfter(presence, 60)).toBeUndefined();
    });

    it('asks about the time after the last part of what was split at midnight', async () => {
      clock.ahead += 14 * 60 * MINUTE;
      const presence = await started();
      await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      for (let i = 0; i < 20; i++) await seenAfter(presence, 9);
      expect(await window.timeClock.clockOut()).toHaveLength(2);
      expect(await undoneAfter(presence, 120)).toBe(120);
    });

    it('leaves out what the other record of a switch counted', async () => {
      const presence = await started();
      await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      await window.timeClock.clockIn({ issueKey: 'DEMO-2' });
      for (let i = 0; i < 10; i++) await seenAfter(presence, 9);
      expect(await undoneAfter(presence, 9)).toBeUndefined();
      expect(await minutesOf()).toEqual([99]);
    });

    it.each(['the change', 'the decision'])('asks twice when %s "stop" is taken back late', async (what) => {
      const presence = await started();
      await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      await seenAfter(presence, 9);
      await seenAfter(presence, 40);
      clock.ahead += 5 * MINUTE;
      const { id = '' } = presence.pending ?? {};
      await decide(presence, { kind: 'stop' });
      if (what === 'the change') await undoneAfter(presence, 180);
      else {
        clock.ahead += 180 * MINUTE;
        await absencesOf(window).takeBack(id);
      }
      const questions = await absencesOf(window).questions();
      expect(questions.map(({ length }) => Math.round(length / MINUTE))).toEqual([40, 180]);
    });

    it('asks about the time since it was deleted', async () => {
      const presence = await started();
      const { id } = await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      await seenAfter(presence, 9);
      await window.records.remove(id);
      clock.ahead += 60 * MINUTE;
      await window.records.restore(id);
      await presence.here();
      expect(Math.round((presence.pending?.length ?? 0) / MINUTE)).toBe(60);
      await window.records.remove(id);
      expect(await undoneAfter(presence, 90)).toBe(60);
      expect((await absencesOf(window).questions()).map(({ length }) => Math.round(length / MINUTE))).toEqual([60, 90]);
    });
  });

  describe('in two windows', () => {
    let other: Window;

    beforeEach(async () => {
      other = await openWindow({ folder, clock });
    });
    afterEach(() => other.store.close());

    it('asks once for one sleep, in the window that noticed first', async () => {
      const [one, two] = [await started(), await started(other)];
      await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      clock.ahead += 300 * MINUTE;
      one.seen();
      two.seen();
      await Promise.all([one.settled(), two.settled()]);
      await Promise.all([one.here(), two.here()]);
      expect(asked).toBe(1);
      expect(await absencesOf(window).questions()).toHaveLength(1);
      expect(two.pending?.id).toBe(one.pending?.id);
    });

    it('shows a question in both, and takes it away in both once it is decided', async () => {
      const [one, two] = [await started(), await started(other)];
      await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      let changes = 0;
      two.onDidChange(() => {
        changes += 1;
      });
      await seenAfter(one, 40);
      const question = one.pending?.id ?? '';
      await two.here();
      expect(two.pending?.id).toBe(question);
      await decide(one, { kind: 'discard' });
      await expect(two.decide(question, { kind: 'keep' })).rejects.toMatchObject({ reason: 'invalid' });
      expect(two.pending).toBeUndefined();
      expect(changes).toBe(2);
    });

    it('keeps the newest sign of life when the other window closes', async () => {
      const [one, two] = [await started(), await started(other)];
      await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      for (let i = 0; i < 5; i++) await seenAfter(one, 8);
      const newest = mark?.lastSeen;
      await two.close();
      expect(mark).toEqual({ lastSeen: newest, open: false });
    });
  });

  describe('when the clock is not what it was', () => {
    it('asks about a clock set forward, and goes on from there', async () => {
      const presence = await started();
      await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      await seenAfter(presence, 24 * 60);
      expect(Math.round((presence.pending?.length ?? 0) / MINUTE)).toBe(24 * 60);
      await decide(presence, { kind: 'discard' });
      expect(await minutesOf()).toEqual([0]);
    });

    it('set back, neither loses nor makes a record, and notices time away again at once', async () => {
      const presence = await started();
      const running = await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      await seenAfter(presence, 30 * 60);
      await decide(presence, { kind: 'keep' });
      await seenAfter(presence, -60);
      expect(presence.pending).toBeUndefined();
      await seenAfter(presence, 40);
      expect(Math.round((presence.pending?.length ?? 0) / MINUTE)).toBe(40);
      await decide(presence, { kind: 'discard' });
      const records = await window.records.list();
      expect(records.map(({ id }) => id)).toContain(running.id);
      for (const { timeIn, timeOut } of records) expect(timeOut ?? clock.now()).toBeGreaterThanOrEqual(timeIn);
    });

    it('set back beyond a question, cuts out no time that has not come yet', async () => {
      const presence = await started();
      await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      await seenAfter(presence, 9);
      await seenAfter(presence, 24 * 60);
      await seenAfter(presence, 20 - 24 * 60);
      await presence.here();
      expect(Math.round((presence.pending?.length ?? 0) / MINUTE)).toBe(20);
      await decide(presence, { kind: 'discard' });
      expect(await minutesOf()).toEqual([0, 9]);
      expect((await window.timeClock.current())?.timeIn).toBeLessThanOrEqual(clock.now());
    });

    it('set back before a restart, does not wait for the old time to come again', async () => {
      const first = await started();
      await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      await seenAfter(first, 5);
      await first.close();
      mark = { lastSeen: clock.now() + 1_000 * MINUTE, open: false };
      clock.ahead += 60 * MINUTE;
      expect(Math.round(((await started()).pending?.length ?? 0) / MINUTE)).toBe(65);
      expect(mark?.lastSeen).toBeLessThanOrEqual(clock.now());
    });

    it('is in another zone, changes nothing', async () => {
      const presence = await started();
      await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      await seenAfter(presence, 5);
      clock.zoneName = 'Pacific/Auckland';
      await seenAfter(presence, 5);
      expect(presence.pending).toBeUndefined();
      await seenAfter(presence, 40);
      expect(Math.round((presence.pending?.length ?? 0) / MINUTE)).toBe(40);
    });
  });

  it('asks since the last known change when the file of signs of life is lost', async () => {
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    clock.ahead += 90 * MINUTE;
    expect(Math.round(((await started()).pending?.length ?? 0) / MINUTE)).toBe(90);
  });

  it('asks nothing after a crash in which nothing ran', async () => {
    mark = { lastSeen: clock.now() - 300 * MINUTE, open: true };
    expect((await started()).pending).toBeUndefined();
    expect(asked).toBe(0);
  });

  it('takes over the questions that an earlier version kept in the file, once', async () => {
    const { id, timeIn } = await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    clock.ahead += 90 * MINUTE;
    const question = { recordId: id, from: timeIn + 10 * MINUTE, to: timeIn + 60 * MINUTE };
    const old: PresenceMark = { lastSeen: clock.now(), open: false, questions: [question] };
    mark = old;
    expect((await started()).pending).toMatchObject({ from: question.from, to: question.to });
    expect(mark).not.toHaveProperty('questions');
    mark = old;
    await started();
    expect(await absencesOf(window).questions()).toHaveLength(1);
  });

  it('tries again when a gap could not be written down, and leaves the mark until it is', async () => {
    const presence = presenceOf({ ...window, store: failing(window.store) });
    await presence.start();
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    await seenAfter(presence, 9);
    const before = mark;
    commitFails = true;
    await seenAfter(presence, 40);
    expect([presence.pending, mark]).toEqual([undefined, before]);
    commitFails = false;
    await seenAfter(presence, 1);
    expect(Math.round((presence.pending?.length ?? 0) / MINUTE)).toBe(40);
    expect(mark?.lastSeen).toBeGreaterThanOrEqual(presence.pending?.to ?? Number.POSITIVE_INFINITY);
  });

  let commitFails = false;
  function failing(store: Window['store']): Window['store'] {
    return {
      read: (query) => store.read(query),
      commit: (change) =>
        commitFails ? Promise.reject(new TimecardError('storageBusy', 'Busy.')) : store.commit(change),
      withLock: (name, options, work) => store.withLock(name, options, work),
      onDidChange: (listener) => store.onDidChange(listener),
      onNotice: (listener) => store.onNotice(listener),
      close: () => store.close(),
    };
  }
});
