import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Absences } from '../../../src/app/absences.ts';
import { Presence } from '../../../src/app/presence.ts';
import { AutoSync } from '../../../src/app/sync/autoSync.ts';
import type { AbsenceChoice } from '../../../src/core/absence.ts';
import type { PresenceFile, PresenceMark, Timers } from '../../../src/core/ports.ts';
import type { Reader, Store } from '../../../src/core/storePorts.ts';
import { lastTimeOfDay, nextTimeOfDay, queueWait } from '../../../src/core/sync/queue.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { credentials, Office, quietLog, type Window } from './office.ts';

/** Timers that go off when the test says so. */
class HandTimers implements Timers {
  readonly set: { readonly ms: number; readonly run: () => void }[] = [];

  after = (ms: number, run: () => void) => {
    const timer = { ms, run };
    this.set.push(timer);
    return { dispose: () => void (this.set.includes(timer) && this.set.splice(this.set.indexOf(timer), 1)) };
  };

  fire(): void {
    for (const timer of this.set.splice(0)) timer.run();
  }
}

let office: Office;
let timers: HandTimers;
let auto: AutoSync;
let held: number[];

function autoSyncOf(window: Window, own: Timers, noteAway = () => Promise.resolve()): AutoSync {
  const { store, sync, clock, settings, preview } = window;
  const onHeld = (count: number) => void held.push(count);
  const parts = { store, sync, clock, settings, preview, noteAway, onHeld };
  return new AutoSync({ ...parts, timers: own, random: () => 0.5, log: quietLog });
}

/** The editor is closed, and opened again after so many ms. */
async function reopenedAfter(ms: number): Promise<void> {
  auto.dispose();
  await auto.idle();
  timers.set.length = 0;
  office.window.clock.ahead += ms;
  auto = autoSyncOf(office.window, timers);
  auto.start();
  await calm();
}

/** Waits until what a change set going has ended; the store tells of a change a moment later. */
async function calm(each: AutoSync = auto): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 60));
  await each.idle();
}

beforeEach(async () => {
  office = await Office.open('cloud');
  timers = new HandTimers();
  held = [];
  auto = autoSyncOf(office.window, timers);
});
afterEach(async () => {
  auto.dispose();
  await auto.idle();
  await office.close();
});

const stateOf = async (id: string) => syncStateOf(await office.record(id));

describe('looking for what waits', () => {
  it('is done once more, however many changes come while it is under way', async () => {
    auto.dispose();
    const { window } = office;
    const changed: (() => void)[] = [];
    const looks: (() => void)[] = [];
    const store: Store = Object.create(window.store, {
      onDidChange: {
        value: (listener: () => void) => {
          changed.push(listener);
          return { dispose: () => undefined };
        },
      },
      read: {
        value: async (question: (db: Reader) => unknown) => {
          await new Promise<void>((go) => looks.push(go));
          return window.store.read(question);
        },
      },
    });
    auto = autoSyncOf({ ...window, store }, timers);
    for (let n = 0; n < 10; n += 1) for (const tell of changed) tell();
    expect(looks).toHaveLength(1);
    looks[0]?.();
    await expect.poll(() => looks.length).toBe(2);
    looks[1]?.();
    await auto.idle();
    expect(looks).toHaveLength(2);
  });
});

describe('the queue', () => {
  it('sends nothing that nobody asked for', async () => {
    const record = await office.finished('DEMO-7');
    auto.start();
    await calm();
    expect(await stateOf(record.id)).toBe('pending');
    expect(timers.set).toEqual([]);
    expect(office.jira.state.requests()).toEqual([]);
  });

  it('sends what failed for want of a network, with growing waits, once Jira answers', async () => {
    const record = await office.finished('DEMO-7');
    await office.jira.goOffline();
    await office.window.sync.push(undefined);
    await calm();
    expect(timers.set.map((timer) => timer.ms)).toEqual([60_000]);
    timers.fire();
    await calm();
    expect(timers.set.map((timer) => timer.ms)).toEqual([120_000]);
    await office.jira.goOnline();
    timers.fire();
    await calm();
    expect(await stateOf(record.id)).toBe('synced');
    expect(office.worklogs()).toHaveLength(1);
    expect(timers.set).toEqual([]);
  });

  it('goes on after a restart, and in one of two windows only', async () => {
    const record = await office.finished('DEMO-7');
    await office.jira.goOffline();
    await office.window.sync.push(undefined);
    await office.jira.goOnline();
    const other = autoSyncOf(await office.secondWindow(), new HandTimers());
    auto.start();
    other.start();
    await Promise.all([calm(), calm(other)]);
    other.dispose();
    expect(await stateOf(record.id)).toBe('synced');
    expect(office.worklogs()).toHaveLength(1);
  });

  it('clears up a lost reply by itself', async () => {
    const record = await office.finished('DEMO-7');
    office.jira.faults.add({ method: 'POST', path: '/worklog', kind: 'drop', when: 'after', times: 1 });
    const lookUps = office.jira.faults.add({ method: 'GET', path: '/worklog', kind: 'drop', when: 'before' });
    await office.window.sync.push(undefined);
    expect(await stateOf(record.id)).toBe('unknown');
    office.jira.faults.remove(lookUps);
    await calm();
    timers.fire();
    await calm();
    expect(await stateOf(record.id)).toBe('synced');
    expect(office.worklogs()).toHaveLength(1);
  });

  it('does not wait when the user comes back', async () => {
    const record = await office.finished('DEMO-7');
    await office.jira.goOffline();
    await office.window.sync.push(undefined);
    await office.jira.goOnline();
    await calm();
    auto.wake();
    await calm();
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('leaves alone what Jira refused', async () => {
    await office.finished('DEMO-99999');
    await office.window.sync.push(undefined);
    await calm();
    expect(timers.set).toEqual([]);
  });

  it('sends what met a sign-in page on its way, or a proxy that cuts encryption open, once that is gone', async () => {
    const record = await office.finished('DEMO-7');
    office.jira.faults.add({ kind: 'html' });
    await office.window.sync.push(undefined);
    expect(await office.record(record.id)).toMatchObject({ problem: { reason: 'notJira' } });
    office.jira.faults.clear();
    await calm();
    expect(timers.set.map((timer) => timer.ms)).toEqual([60_000]);
    timers.fire();
    await calm();
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('sends what failed for a refused sign-in once that is good again, and nothing before', async () => {
    const record = await office.finished('DEMO-7');
    office.jira.revokeToken('classic');
    await office.window.sync.push(undefined);
    await calm();
    expect(timers.set).toEqual([]);
    const again = { ...credentials(office.jira), token: office.jira.tokens.scoped };
    await office.window.connections.edit(office.connection.id, office.connection.jiraUrl, again);
    await calm();
    expect(timers.set.map((timer) => timer.ms)).toEqual([0]);
    timers.fire();
    await calm();
    expect(await stateOf(record.id)).toBe('synced');
    expect(office.worklogs()).toHaveLength(1);
    expect(timers.set).toEqual([]);
  });

  it('sends what failed for a token that was gone once there is one, and asks nothing of Jira until then', async () => {
    const record = await office.finished('DEMO-7');
    const { tokens } = office.window.secrets;
    const token = tokens.get(office.connection.id) ?? '';
    tokens.delete(office.connection.id);
    await office.window.sync.push(undefined);
    await calm();
    expect(await office.record(record.id)).toMatchObject({ problem: { reason: 'signedOut' } });
    expect(timers.set).toEqual([]);
    await office.window.connections.edit(office.connection.id, office.connection.jiraUrl, {
      ...credentials(office.jira),
      token,
    });
    await calm();
    timers.fire();
    await calm();
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('finishes the removal of a worklog whose window was closed', async () => {
    const record = await office.finished('DEMO-7');
    await office.window.sync.push(undefined);
    await office.window.records.remove(record.id, 'delete');
    office.window.clock.ahead += 61_000;
    auto.start();
    await calm();
    expect(office.worklogs()).toEqual([]);
  });
});

describe('the modes', () => {
  it('sends a record when it is clocked out', async () => {
    office.window.settings.mode = 'onClockOut';
    await office.finished('DEMO-7');
    auto.finished();
    await calm();
    expect(office.worklogs()).toHaveLength(1);
  });

  it.each<[string, AbsenceChoice, number[]]>([
    ['cut out', { kind: 'discard' }, [60, 80]],
    ['kept', { kind: 'keep' }, [180]],
    ['the end', { kind: 'stop' }, [60]],
  ])(
    'sends no time that may have been spent away until it is said to be %s, and then at once',
    async (_, choice, sent) => {
      const { window } = office;
      const { store, clock, settings } = window;
      settings.mode = 'onClockOut';
      settings.split = false;
      const absences = new Absences({ store, clock, newId: randomUUID, settings, onDecided: () => auto.finished() });
      const begun = await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
      clock.ahead += 180 * 60_000;
      await absences.note([{ from: begun.timeIn + 60 * 60_000, to: begun.timeIn + 100 * 60_000, crashed: false }]);
      await window.timeClock.clockOut();
      const other = await office.finished('DEMO-7');
      auto.finished();
      await calm();
      expect(office.worklogs('DEMO-1')).toEqual([]);
      expect(await stateOf(other.id)).toBe('synced');
      const [question] = await absences.questions();
      await absences.resolve(question?.id ?? '', choice);
      await calm();
      const minutes = office.worklogs('DEMO-1').map(({ timeSpentSeconds }) => timeSpentSeconds / 60);
      expect(minutes.toSorted((a, b) => a - b)).toEqual(sent);
    },
  );

  it('sends nothing at clock-out in another mode', async () => {
    await office.finished('DEMO-7');
    auto.finished();
    await calm();
    expect(office.worklogs()).toEqual([]);
  });

  it.each(['interval', 'endOfDay'] as const)(
    'sends finished records with the mode %s, when it is time',
    async (mode) => {
      const { clock, settings } = office.window;
      settings.mode = mode;
      await calm();
      expect(timers.set).toEqual([]);
      await office.finished('DEMO-7');
      await calm();
      const due = mode === 'interval' ? clock.now() + 30 * 60_000 : nextTimeOfDay(clock.now(), clock.zone(), '18:00');
      while (clock.now() < due - 11 * 60_000) {
        expect(timers.set.map(({ ms }) => ms)).toEqual([10 * 60_000]);
        clock.ahead += 10 * 60_000;
        timers.fire();
        await auto.idle();
      }
      expect(office.worklogs()).toEqual([]);
      clock.ahead += 11 * 60_000;
      timers.fire();
      await calm();
      expect(office.worklogs()).toHaveLength(1);
      expect(timers.set).toEqual([]);
    },
  );

  it('holds the first push of a day back for a look, and lets the next ones go', async () => {
    const { window } = office;
    window.settings.mode = 'onClockOut';
    window.settings.preview = true;
    const [first, second] = [await office.finished('DEMO-7'), await office.finished('DEMO-7', 30, 200)];
    auto.finished();
    await calm();
    expect(held).toEqual([2]);
    expect(office.worklogs()).toEqual([]);
    await window.preview.noteLeftOut([second.id]);
    await window.sync.push([first.id]);
    const third = await office.finished('DEMO-7', 30, 300);
    auto.finished();
    await calm();
    expect(held).toEqual([2]);
    expect([await stateOf(first.id), await stateOf(second.id), await stateOf(third.id)]).toEqual([
      'synced',
      'pending',
      'synced',
    ]);
  });

  it('sends what the end of the day should have sent while the editor was closed, when it opens', async () => {
    const { clock, settings } = office.window;
    settings.mode = 'endOfDay';
    await office.finished('DEMO-7');
    await reopenedAfter(nextTimeOfDay(clock.now(), clock.zone(), '18:00') - clock.now() + 15 * 3_600_000);
    expect(timers.set.map(({ ms }) => ms)).toEqual([0]);
    const today = await office.finished('DEMO-8');
    timers.fire();
    await calm();
    expect(office.worklogs('DEMO-7')).toHaveLength(1);
    expect(await stateOf(today.id)).toBe('synced');
  });

  it('looks once for what was missed, however long that stays', async () => {
    const { clock, settings } = office.window;
    settings.mode = 'endOfDay';
    settings.preview = true;
    await office.finished('DEMO-7');
    await reopenedAfter(nextTimeOfDay(clock.now(), clock.zone(), '18:00') - clock.now() + 15 * 3_600_000);
    timers.fire();
    await calm();
    expect(held).toEqual([1]);
    expect(timers.set.map(({ ms }) => ms)).toEqual([10 * 60_000]);
  });

  it('sends at the end of the day also when the machine slept over it', async () => {
    const { clock, settings } = office.window;
    settings.mode = 'endOfDay';
    await office.finished('DEMO-7');
    await calm();
    auto.wake();
    await calm();
    expect(office.worklogs()).toEqual([]);
    clock.ahead += 24 * 3_600_000;
    auto.wake();
    await calm();
    expect(office.worklogs()).toHaveLength(1);
  });

  it('sends nothing of a record that was ended while nobody was there, before that is asked', async () => {
    const { window } = office;
    const { store, clock, settings } = window;
    settings.mode = 'onClockOut';
    settings.split = false;
    const absences = new Absences({ store, clock, newId: randomUUID, settings, onDecided: () => auto.finished() });
    let mark: PresenceMark | undefined;
    const file: PresenceFile = {
      read: async () => mark,
      write: async (written) => {
        mark = written;
      },
    };
    const presence = new Presence({ store, clock, settings, file, absences, log: quietLog });
    let asked = 0;
    presence.onDidAsk(() => {
      asked += 1;
    });
    await presence.start();
    auto.dispose();
    auto = autoSyncOf(window, timers, () => presence.noteAway());
    await window.timeClock.clockIn({ issueKey: 'DEMO-1' });
    presence.seen();
    await presence.settled();
    clock.ahead += 90 * 60_000;
    await window.timeClock.clockOut();
    auto.finished();
    await calm();
    expect(office.worklogs()).toEqual([]);
    expect(asked).toBe(0);
    clock.ahead += 8 * 3_600_000;
    presence.seen();
    await presence.settled();
    expect(asked).toBe(1);
    expect((await absences.questions()).map(({ length }) => Math.round(length / 60_000))).toEqual([90]);
    await absences.resolve(presence.pending?.id ?? '', { kind: 'keep' });
    await calm();
    expect(office.worklogs('DEMO-1')).toHaveLength(1);
    await presence.close();
  });

  it('forgets its timer when the setting changes', async () => {
    office.window.settings.mode = 'interval';
    await office.finished('DEMO-7');
    await calm();
    office.window.settings.mode = 'manual';
    auto.settingsChanged();
    await calm();
    expect(timers.set).toEqual([]);
  });
});

describe('when', () => {
  it('doubles the wait up to half an hour', () => {
    expect([0, 1, 2, 9].map((round) => queueWait(round, 0.5))).toEqual([60_000, 120_000, 240_000, 1_800_000]);
  });

  it('finds the last time of day across clock changes', () => {
    const at = (iso: string) => Date.parse(iso);
    expect(lastTimeOfDay(at('2026-11-24T16:00:00Z'), 'Europe/Berlin', '18:00')).toBe(at('2026-11-23T17:00:00Z'));
    expect(lastTimeOfDay(at('2026-11-24T17:00:00Z'), 'Europe/Berlin', '18:00')).toBe(at('2026-11-24T17:00:00Z'));
    expect(lastTimeOfDay(at('2026-03-29T12:00:00Z'), 'Europe/Berlin', '02:30')).toBe(at('2026-03-29T01:30:00Z'));
  });

  it('finds the next time of day across clock changes', () => {
    const at = (iso: string) => Date.parse(iso);
    expect(nextTimeOfDay(at('2026-11-24T16:00:00Z'), 'Europe/Berlin', '18:00')).toBe(at('2026-11-24T17:00:00Z'));
    expect(nextTimeOfDay(at('2026-11-24T17:00:00Z'), 'Europe/Berlin', '18:00')).toBe(at('2026-11-25T17:00:00Z'));
    expect(nextTimeOfDay(at('2026-03-28T12:00:00Z'), 'Europe/Berlin', '02:30')).toBe(at('2026-03-29T01:30:00Z'));
  });
});
