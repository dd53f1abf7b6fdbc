import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NudgeNotice, Nudges } from '../../../src/app/nudges.ts';
import { Undo } from '../../../src/app/undo.ts';
import type { NudgeFile } from '../../../src/core/nudgePorts.ts';
import type { NudgeTimes } from '../../../src/core/nudgeTimes.ts';
import type { Timers } from '../../../src/core/ports.ts';
import { createNudgeFile } from '../../../src/editor/nudges/nudgeFile.ts';
import { LapseClock, openWindow, quietLog, type Window } from './office.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OFF: NudgeTimes = { clockOut: '', late: '', start: '', unsynced: '' };
/** A Friday in Berlin, in winter. */
const at = (time: string, day = 23) => Date.parse(`2026-01-${day}T${time}:00+01:00`);

class SetClock extends LapseClock {
  is = at('09:00');

  override now(): number {
    return this.is;
  }
}

/** Timers that ring when the test says so. */
class HandTimers implements Timers {
  readonly waits: { readonly ms: number; readonly run: () => void }[] = [];

  after(ms: number, run: () => void) {
    const wait = { ms, run };
    this.waits.push(wait);
    return {
      dispose: () => {
        const index = this.waits.indexOf(wait);
        if (index >= 0) this.waits.splice(index, 1);
      },
    };
  }

  ring(): void {
    for (const { run } of this.waits.splice(0)) run();
  }
}

interface Desk {
  readonly window: Window;
  readonly nudges: Nudges;
  readonly timers: HandTimers;
  /** Closes what is on the screen. */
  readonly close: (() => void)[];
}

describe('nudges', () => {
  let folder: string;
  let clock: SetClock;
  let times: NudgeTimes;
  let notices: NudgeNotice[];
  const desks: Desk[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'timecard-nudges-'));
    clock = new SetClock();
    times = OFF;
    notices = [];
  });
  afterEach(async () => {
    for (const { window, nudges } of desks.splice(0)) {
      nudges.dispose();
      await nudges.settled();
      await window.store.close();
    }
    await rm(folder, { recursive: true, force: true });
  });

  async function desk(file: NudgeFile = createNudgeFile(folder)): Promise<Desk> {
    const window = await openWindow({ folder, clock });
    const timers = new HandTimers();
    const close: (() => void)[] = [];
    const nudges = new Nudges({
      ...{ store: window.store, timeClock: window.timeClock, clock, timers, file, log: quietLog },
      settings: { weekStart: () => 1, targets: () => ({}), nudgeTimes: () => times },
      tell: (notice) => {
        notices.push(notice);
        return new Promise((resolve) => close.push(resolve));
      },
    });
    const made = { window, nudges, timers, close };
    desks.push(made);
    return made;
  }

  async function look(...at: readonly Desk[]): Promise<void> {
    for (const { nudges } of at) nudges.look();
    for (const { nudges } of at) await nudges.settled();
  }

  const spans = async ({ window }: Desk) =>
    (await window.records.list()).map(({ timeIn, timeOut }) => [timeIn, timeOut]).reverse();

  it('waits for nothing and touches nothing when all is off', async () => {
    const one = await desk();
    await one.window.timeClock.clockIn();
    clock.is += 48 * HOUR;
    await look(one);
    expect([one.timers.waits, notices, (await spans(one))[0]?.[1]]).toEqual([[], [], null]);
  });

  it.each([
    ['a moment after', at('18:00') + 700],
    ['the next morning', at('08:12', 24)],
    ['after the weekend', at('08:12', 26)],
  ])('clocks out exactly at the set time %s, once, with two windows awake together', async (_, now) => {
    const [one, two] = [await desk(), await desk()];
    times = { ...OFF, clockOut: '18:00' };
    const { id } = await one.window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    clock.is = now;
    await look(one, two);
    await look(two, one);
    expect(await spans(two)).toEqual([[at('09:00'), at('18:00')]]);
    expect(notices).toMatchObject([{ kind: 'clockOut', at: at('18:00'), record: { id } }]);
    const changes = await one.window.store.read((db) => db.changes({ recordId: id }));
    expect(changes).toHaveLength(2);
  });

  it('looks again at the set time by itself', async () => {
    const one = await desk();
    times = { ...OFF, clockOut: '09:05' };
    await one.window.timeClock.clockIn();
    await look(one);
    expect(one.timers.waits.map(({ ms }) => ms)).toEqual([5 * MINUTE]);
    clock.is = at('09:05');
    one.timers.ring();
    await one.nudges.settled();
    expect(await spans(one)).toEqual([[at('09:00'), at('09:05')]]);
    expect(one.timers.waits).toEqual([]);
  });

  it('never sleeps over a set time for long, since timers stand still while a machine sleeps', async () => {
    const one = await desk();
    times = { ...OFF, clockOut: '18:00' };
    await one.window.timeClock.clockIn();
    await look(one);
    expect(one.timers.waits.map(({ ms }) => ms)).toEqual([10 * MINUTE]);
  });

  it('takes it back on request, and leaves the record alone for that day', async () => {
    const one = await desk();
    times = { ...OFF, clockOut: '18:00', late: '18:00' };
    const { id } = await one.window.timeClock.clockIn();
    clock.is = at('18:10');
    await look(one);
    const [notice] = notices;
    if (notice?.kind !== 'clockOut' || notice.group === undefined) throw new Error('Nothing to undo was told');
    await new Undo({ ...one.window, clock }).undo(notice.group);
    clock.is = at('23:00');
    for (const close of one.close.splice(0)) close();
    await look(one, await desk());
    expect(await one.window.timeClock.current()).toMatchObject({ id, timeIn: at('09:00') });
    expect(notices).toHaveLength(1);
    clock.is = at('19:00', 24);
    await look(one);
    expect((await spans(one)).at(-1)?.[1]).toBe(at('18:00', 24));
  });

  it('ends only the record it means, whatever the user did in between', async () => {
    const one = await desk();
    const { id } = await one.window.timeClock.clockIn();
    clock.is += MINUTE;
    const other = await one.window.timeClock.clockIn();
    clock.is += MINUTE;
    await expect(one.window.timeClock.clockOut({ recordId: id, at: clock.is })).rejects.toMatchObject({
      reason: 'invalid',
    });
    expect((await one.window.timeClock.current())?.id).toBe(other.id);
    await one.window.timeClock.clockOut({ recordId: other.id });
    expect(await one.window.timeClock.current()).toBeUndefined();
  });

  it('does not touch what began after the set time', async () => {
    const one = await desk();
    times = { ...OFF, clockOut: '08:30' };
    await one.window.timeClock.clockIn();
    clock.is = at('23:59');
    await look(one);
    expect(await spans(one)).toEqual([[at('09:00'), null]]);
  });

  it.each(['clockOut', 'clockIn', 'toggle'] as const)(
    'loses and doubles nothing when the user does a %s at the same moment',
    async (click) => {
      for (let round = 0; round < 8; round += 1) {
        const day = 12 + round;
        clock.is = at('09:00', day);
        const [one, two] = [await desk(), await desk()];
        times = { ...OFF, clockOut: '18:00' };
        const first = await one.window.timeClock.clockIn({ issueKey: 'DEMO-1' });
        clock.is = at('18:00', day) + 400;
        one.nudges.look();
        two.nudges.look();
        // The user may be later than the automatic clock-out; then there is nothing left to do.
        const clicked = two.window.timeClock[click]({ issueKey: 'DEMO-2' }).catch(() => undefined);
        await Promise.all([clicked, one.nudges.settled(), two.nudges.settled()]);
        const records = await one.window.records.list({ from: at('00:00', day), to: at('00:00', day + 1) });
        const ended = records.find(({ id }) => id === first.id);
        expect([at('18:00', day), clock.is]).toContain(ended?.timeOut);
        const second = records.filter(({ id }) => id !== first.id);
        expect(second.length).toBeLessThanOrEqual(1);
        for (const { timeIn, timeOut } of second) expect([timeIn, timeOut]).toEqual([clock.is, null]);
        if ((await one.window.timeClock.current()) !== undefined) {
          clock.is += MINUTE;
          await one.window.timeClock.clockOut();
        }
      }
    },
  );

  it('reminds once a day across windows and reloads, and never of what is no longer so', async () => {
    const [one, two] = [await desk(), await desk()];
    times = { ...OFF, start: '09:00' };
    await look(one, two);
    expect(notices.map(({ kind }) => kind)).toEqual(['start']);
    clock.is += 30 * MINUTE;
    await look(await desk(), two);
    expect(notices).toHaveLength(1);
    clock.is = at('09:10', 26);
    await one.window.timeClock.clockIn();
    await look(one, two);
    expect(notices).toHaveLength(1);
  });

  it('shows one thing at a time, and drops the next when it is no longer so', async () => {
    const [one, two] = [await desk(), await desk()];
    const { timeIn } = await one.window.timeClock.clockIn();
    await one.window.records.add({ timeIn: timeIn - HOUR, timeOut: timeIn, issueKey: 'DEMO-1', source: 'manual' });
    times = { ...OFF, late: '16:00', unsynced: '16:00' };
    clock.is = at('16:00');
    await look(one, two);
    expect(notices.map(({ kind }) => kind)).toEqual(['late']);
    const shower = desks.find(({ close }) => close.length > 0);
    expect(shower).toBeDefined();
    // The window that shows nothing leaves the screen alone too, and looks again.
    const other = shower === one ? two : one;
    // Both may have begun before either had told: then the one that came second looks again soon.
    await look(other);
    expect(other.timers.waits.map(({ ms }) => ms)).toEqual([MINUTE]);
    shower?.close.splice(0)[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    await shower?.nudges.settled();
    expect(notices).toMatchObject([{ kind: 'late' }, { kind: 'unsynced', seconds: 3_600 }]);
  });

  it('drops what waited for the screen and is no longer so', async () => {
    const one = await desk();
    const { timeIn } = await one.window.timeClock.clockIn();
    const span = { timeIn: timeIn - HOUR, timeOut: timeIn };
    const added = await one.window.records.add({ ...span, issueKey: 'DEMO-1', source: 'manual' });
    times = { ...OFF, late: '16:00', unsynced: '16:00' };
    clock.is = at('16:00');
    await look(one);
    await one.window.records.update(added.id, { issueKey: null });
    for (const close of one.close.splice(0)) close();
    await new Promise((resolve) => setImmediate(resolve));
    await one.nudges.settled();
    expect(notices.map(({ kind }) => kind)).toEqual(['late']);
  });

  it('clocks out while a reminder is on the screen, and tells it afterwards', async () => {
    const one = await desk();
    await one.window.timeClock.clockIn();
    times = { ...OFF, late: '17:00', clockOut: '18:00' };
    clock.is = at('17:00');
    await look(one);
    clock.is = at('18:00');
    await look(one);
    expect(await spans(one)).toEqual([[at('09:00'), at('18:00')]]);
    expect(notices.map(({ kind }) => kind)).toEqual(['late']);
    for (const close of one.close.splice(0)) close();
    await expect.poll(() => notices.map(({ kind }) => kind)).toEqual(['late', 'clockOut']);
  });

  it('is quiet rather than told in every window when it cannot be written down, but clocks out all the same', async () => {
    const full: NudgeFile = {
      read: async () => undefined,
      write: () => Promise.reject(new Error('The disk is full')),
    };
    const one = await desk(full);
    times = { ...OFF, start: '09:00' };
    await look(one);
    expect(notices).toEqual([]);
    await one.window.timeClock.clockIn();
    times = { ...OFF, clockOut: '18:00' };
    clock.is = at('18:30');
    await look(one);
    expect(await spans(one)).toEqual([[at('09:00'), at('18:00')]]);
    expect(notices.map(({ kind }) => kind)).toEqual(['clockOut']);
  });

  it('begins anew with a file that cannot be understood', async () => {
    const { writeFile } = await import('node:fs/promises');
    const file = createNudgeFile(folder);
    for (const text of ['', '{', '{"told":{"start":"2026-02-31"},"shownUntil":0}', '{"told":7}']) {
      await writeFile(join(folder, 'nudges.json'), text);
      expect(await file.read()).toBeUndefined();
    }
    await file.write({ told: { start: '2026-02-28' }, shownUntil: 5 });
    expect(await file.read()).toEqual({ told: { start: '2026-02-28' }, shownUntil: 5 });
  });
});
