import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AbsenceQuestion } from '../../../src/app/absences.ts';
import type { Summary } from '../../../src/app/reports.ts';
import type { BranchInfo } from '../../../src/core/ports.ts';
import type { Connection } from '../../../src/core/records.ts';
import type { StoreNotice } from '../../../src/core/storePorts.ts';
import { MinuteTimer, untilNextMinute } from '../../../src/editor/screen/minuteTimer.ts';
import { Refresher } from '../../../src/editor/screen/refresher.ts';
import type { StatusBarView } from '../../../src/editor/statusBar/model.ts';
import { type StatusBarServices, TimerItem } from '../../../src/editor/statusBar/timerItem.ts';
import { deferred, Emitter, runningSince, site } from './viewSupport.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-11T15:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Everything the item depends on, changeable by a test. */
function stage() {
  const changed = new Emitter<void>();
  const notice = new Emitter<StoreNotice>();
  const branchChanged = new Emitter<void>();
  const focused = new Emitter<void>();
  const asked = new Emitter<void>();
  const world = {
    question: undefined as AbsenceQuestion | undefined,
    summary: {
      running: undefined,
      runningIssue: undefined,
      todaySeconds: 0,
      weekSeconds: 0,
      targets: null,
      todayEnds: 0,
      waiting: 0,
    } as Summary,
    summaryError: undefined as Error | undefined,
    summariesRead: 0,
    branch: { branch: null, issueKey: null, why: '' } as BranchInfo,
    connections: [] as Connection[],
    tokens: new Set<string>(),
    secretsError: undefined as Error | undefined,
  };
  const services: StatusBarServices = {
    store: { onDidChange: changed.on, onNotice: notice.on },
    reports: {
      summary: async () => {
        world.summariesRead += 1;
        if (world.summaryError !== undefined) throw world.summaryError;
        return world.summary;
      },
    },
    connections: {
      list: async () => world.connections,
      isSignedIn: async ({ id }) => {
        if (world.secretsError !== undefined) throw world.secretsError;
        return world.tokens.has(id);
      },
    },
    presence: {
      get pending() {
        return world.question;
      },
      onDidChange: asked.on,
    },
  };
  const shown: StatusBarView[] = [];
  const contexts: boolean[] = [];
  const log = { warn: vi.fn(), error: vi.fn() };
  const ready = deferred<StatusBarServices>();
  const item = new TimerItem({
    display: { show: (view) => shown.push(view), setRunning: (running) => contexts.push(running) },
    clock: { now: () => Date.now(), zone: () => 'UTC' },
    branch: { current: () => world.branch, onDidChange: branchChanged.on },
    log,
    t: (message, ...values) => message.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)])),
    locale: 'en',
    ready: ready.promise,
    reopen: async () => {
      if (world.summaryError !== undefined) throw world.summaryError;
      return services;
    },
    changes: [focused.on],
  });
  const emitters = { changed, notice, branchChanged, focused, asked };
  const last = (): StatusBarView | undefined => shown.at(-1);
  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
  const load = async (): Promise<void> => {
    ready.resolve(services);
    await settle();
  };
  return { world, item, shown, contexts, log, ready, load, settle, last, ...emitters };
}

describe('the minute timer', () => {
  it('aims at the next whole minute of the elapsed time, at most a minute away, wherever the clock stands', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e13 }), fc.integer({ min: -1e9, max: 1e9 }), (start, elapsed) => {
        const wait = untilNextMinute(start, start + elapsed);
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(MINUTE);
        expect(Math.abs((elapsed + wait) % MINUTE)).toBe(0);
      }),
    );
  });

  it('does not drift when timeouts come late', () => {
    let now = 10_000;
    const waits: number[] = [];
    let callback: () => void = () => undefined;
    const timer = new MinuteTimer({
      now: () => now,
      onMinute: () => undefined,
      after: (ms, then) => {
        waits.push(ms);
        callback = then;
        return { dispose: () => undefined };
      },
    });
    timer.follow(0);
    for (const late of [15, 40, 300]) {
      now += (waits.at(-1) ?? 0) + late;
      callback();
    }
    expect(waits).toEqual([50_000, MINUTE - 15, MINUTE - 40, MINUTE - 300]);
  });

  it('has one timeout while it follows and none before or after', () => {
    const timer = new MinuteTimer({ now: () => Date.now(), onMinute: () => undefined });
    expect(vi.getTimerCount()).toBe(0);
    timer.follow(START);
    timer.follow(START - 5_000);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(10 * MINUTE);
    expect(vi.getTimerCount()).toBe(1);
    timer.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('refreshes', () => {
  it('gathers requests, runs one at a time and never loses the last', async () => {
    const done: (() => void)[] = [];
    const refresh = vi.fn(() => new Promise<void>((resolve) => done.push(resolve)));
    const refresher = new Refresher({ delayMs: 50, refresh });
    refresher.request();
    refresher.request();
    await vi.advanceTimersByTimeAsync(49);
    expect(refresh).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(refresh).toHaveBeenCalledTimes(1);
    refresher.request();
    refresher.request(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(refresh).toHaveBeenCalledTimes(1);
    done[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(refresh).toHaveBeenCalledTimes(2);
    done[1]?.();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(refresh).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does nothing once disposed', async () => {
    const refresh = vi.fn(async () => undefined);
    const refresher = new Refresher({ delayMs: 50, refresh });
    refresher.request();
    refresher.dispose();
    refresher.request(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(refresh).not.toHaveBeenCalled();
  });
});

describe('the item', () => {
  it('shows time away until it is decided on, also when nothing runs any more', async () => {
    const { world, load, settle, last, asked } = stage();
    await load();
    const record = { ...runningSince(START - 60 * MINUTE), timeOut: START - MINUTE };
    const stretch = { from: START - 40 * MINUTE, to: START - 10 * MINUTE, length: 30 * MINUTE, after: 9 * MINUTE };
    world.question = { id: 'q', record, crashed: false, ...stretch };
    asked.fire();
    await settle();
    expect(last()?.text).toContain('Clock in $(warning) Time away?');
    expect(last()?.accessibleLabel).toContain('You were away for 0:30 while PROJ-1 was running.');
    expect(last()?.tooltip).toContain('(command:timecard.decideAbsence)');
    world.summary = { ...world.summary, running: runningSince(START - 60 * MINUTE) };
    asked.fire();
    await settle();
    expect(last()?.accessibleLabel).toContain('You were away for 0:30 while this was running.');
    world.question = undefined;
    asked.fire();
    await settle();
    expect(last()?.text).not.toContain('Time away?');
  });

  it('shows before the database has loaded, and takes the branch as it becomes known', () => {
    const { shown, world, branchChanged, last } = stage();
    expect(shown.map(({ text }) => text)).toEqual(['$(clock) Clock in']);
    world.branch = { branch: 'feature/PROJ-7-x', issueKey: 'PROJ-7', why: 'From the branch' };
    branchChanged.fire();
    expect(last()?.text).toBe('$(clock) Clock in PROJ-7');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shows a running record on every minute of its own, and reads nothing in between', async () => {
    const { world, shown, load, last } = stage();
    world.summary = { ...world.summary, running: runningSince(START - 30_000) };
    await load();
    expect(last()?.text).toBe('$(stop-circle) PROJ-1 0:00');
    const before = { shown: shown.length, read: world.summariesRead };
    await vi.advanceTimersByTimeAsync(29_999);
    expect({ shown: shown.length, read: world.summariesRead }).toEqual(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(last()?.text).toBe('$(stop-circle) PROJ-1 0:01');
    await vi.advanceTimersByTimeAsync(59 * MINUTE);
    expect(last()?.text).toBe('$(stop-circle) PROJ-1 1:00');
    expect(world.summariesRead).toBe(before.read + 60);
  });

  it('waits for nothing while nothing runs', async () => {
    const { world, load, changed, settle } = stage();
    await load();
    expect(vi.getTimerCount()).toBe(0);
    world.summary = { ...world.summary, running: runningSince(START) };
    changed.fire();
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    world.summary = { ...world.summary, running: undefined };
    changed.fire();
    await settle();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shows a new day when it begins, also with nothing running', async () => {
    const { world, load, last } = stage();
    const midnight = Date.parse('2026-03-12T00:00:00Z');
    world.summary = { ...world.summary, todaySeconds: 3_600, todayEnds: midnight };
    await load();
    expect(last()?.tooltip).toContain('Today 1&#58;00');
    world.summary = { ...world.summary, todaySeconds: 0, todayEnds: midnight + 24 * 60 * MINUTE };
    await vi.advanceTimersByTimeAsync(midnight - START - 1);
    expect(last()?.tooltip).toContain('Today 1&#58;00');
    await vi.advanceTimersByTimeAsync(1);
    expect(last()?.tooltip).toContain('Today 0&#58;00');
    expect(world.summariesRead).toBe(2);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('follows a change made in another window', async () => {
    const { world, load, changed, last, settle, contexts } = stage();
    await load();
    world.summary = { ...world.summary, running: runningSince(START - 5 * MINUTE, null), waiting: 3 };
    changed.fire();
    await settle();
    expect(last()?.text).toBe('$(stop-circle) No issue 0:05');
    expect(last()?.tooltip).toContain('3 records wait for Jira');
    world.summary = { ...world.summary, running: undefined };
    changed.fire();
    changed.fire();
    await settle();
    expect(last()?.text).toBe('$(clock) Clock in');
    expect(contexts).toEqual([false, true, false]);
  });

  it('is right at once when the window comes back after a sleep', async () => {
    const { world, load, focused, last } = stage();
    world.summary = { ...world.summary, running: runningSince(START) };
    await load();
    vi.setSystemTime(START + 3 * 60 * MINUTE);
    focused.fire();
    expect(last()?.text).toBe('$(stop-circle) PROJ-1 3:00');
  });

  it('says which site is signed out, and stops saying it', async () => {
    const { world, load, focused, last, settle } = stage();
    world.connections = [site('a'), site('b'), site('off', { isActive: false })];
    world.tokens.add('a');
    await load();
    expect(last()?.text).toBe('$(clock) Clock in $(warning) Signed out');
    expect(last()?.accessibleLabel).toContain('Signed out of b.example.com/jira');
    world.tokens.add('b');
    focused.fire();
    await settle();
    expect(last()?.text).toBe('$(clock) Clock in');
  });

  it('keeps the timer when the secrets cannot be read', async () => {
    const { world, load, last, log } = stage();
    world.connections = [site('a')];
    world.secretsError = new Error('keychain locked');
    world.summary = { ...world.summary, running: runningSince(START) };
    await load();
    expect(last()).toMatchObject({ text: '$(stop-circle) PROJ-1 0:00', warning: false });
    expect(log.warn).toHaveBeenCalledOnce();
  });

  it('shows changes that are not on disk until they are', async () => {
    const { load, notice, last, settle } = stage();
    await load();
    notice.fire({ kind: 'unsaved', message: 'The disk is full.' });
    await settle();
    expect(last()).toMatchObject({ text: '$(clock) Clock in $(warning) Not saved', warning: true });
    notice.fire({ kind: 'saved', message: 'Saved.' });
    await settle();
    expect(last()).toMatchObject({ text: '$(clock) Clock in', warning: false });
  });

  it('keeps the last known timer when the database cannot be read for a while', async () => {
    const { world, load, changed, last, settle } = stage();
    world.summary = { ...world.summary, running: runningSince(START) };
    await load();
    world.summaryError = new Error('The file cannot be read.');
    changed.fire();
    await settle();
    expect(last()?.text).toBe('$(stop-circle) PROJ-1 0:00 $(warning) Cannot read records');
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(last()?.text).toBe('$(stop-circle) PROJ-1 0:01 $(warning) Cannot read records');
    world.summaryError = undefined;
    changed.fire();
    await settle();
    expect(last()?.text).toBe('$(stop-circle) PROJ-1 0:01');
  });

  it('says so when the database does not load, once in the log, until it does', async () => {
    const { ready, world, last, settle, contexts, focused, log } = stage();
    world.summaryError = new Error('The folder is not readable.');
    ready.reject(world.summaryError);
    await settle();
    for (let count = 0; count < 3; count += 1) {
      expect(last()?.text).toBe('$(clock) Clock in $(warning) Cannot read records');
      expect(last()?.accessibleLabel).toContain('The folder is not readable.');
      focused.fire();
      await settle();
    }
    expect(contexts).toEqual([]);
    expect(log.error).toHaveBeenCalledOnce();
    world.summaryError = undefined;
    world.summary = { ...world.summary, running: runningSince(START) };
    focused.fire();
    await settle();
    expect(last()?.text).toBe('$(stop-circle) PROJ-1 0:00');
    expect(contexts).toEqual([true]);
  });

  it('leaves nothing behind', async () => {
    const { world, item, load, shown, changed, notice, branchChanged, focused } = stage();
    world.summary = { ...world.summary, running: runningSince(START) };
    await load();
    changed.fire();
    item.dispose();
    const before = shown.length;
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(shown).toHaveLength(before);
    expect(vi.getTimerCount()).toBe(0);
    for (const emitter of [changed, notice, branchChanged, focused]) expect(emitter.listeners.size).toBe(0);
  });
});
