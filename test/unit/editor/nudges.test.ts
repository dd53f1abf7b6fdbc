import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NudgeNotice } from '../../../src/app/nudges.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { NudgeTimes } from '../../../src/core/nudgeTimes.ts';
import type { BranchInfo } from '../../../src/core/ports.ts';
import type { TimeRecord } from '../../../src/core/records.ts';

/** The toast on the screen. */
interface Shown {
  readonly message: string;
  readonly buttons: readonly string[];
  readonly answer: (button?: string) => void;
}

const shown: Shown[] = [];
const ran: unknown[][] = [];
const said: string[] = [];
const written: unknown[][] = [];
const listeners = { windowState: new Set<(state: { focused: boolean }) => void>(), settings: new Set<() => void>() };
const windowState = { focused: true };

vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  class Disposable {
    static from(...all: readonly { dispose(): unknown }[]) {
      return new Disposable(() => {
        for (const each of all) each.dispose();
      });
    }
    constructor(readonly dispose: () => void) {}
  }
  return {
    ...stub,
    Disposable,
    ConfigurationTarget: { Global: 1 },
    commands: { executeCommand: async (...args: readonly unknown[]) => void ran.push([...args]) },
    workspace: {
      getConfiguration: () => ({ get: () => undefined, update: async (...args: unknown[]) => void written.push(args) }),
      onDidChangeConfiguration: (listener: (change: { affectsConfiguration: () => boolean }) => void) => {
        const call = () => listener({ affectsConfiguration: () => true });
        listeners.settings.add(call);
        return { dispose: () => listeners.settings.delete(call) };
      },
    },
    window: {
      ...stub.window,
      state: windowState,
      onDidChangeWindowState: (listener: (state: { focused: boolean }) => void) => {
        listeners.windowState.add(listener);
        return { dispose: () => listeners.windowState.delete(listener) };
      },
      setStatusBarMessage: (message: string) => said.push(message),
      showInformationMessage: (message: string, ...buttons: readonly string[]) =>
        new Promise((resolve) => shown.push({ message, buttons, answer: resolve })),
    },
  };
});

const { nudgeToasts } = await import('../../../src/editor/nudges/nudgeToasts.ts');
const { focusedFirst, watchNudges } = await import('../../../src/editor/nudges/nudgeWatch.ts');
const { createSettings } = await import('../../../src/editor/settings.ts');

const IN = Date.parse('2026-01-23T08:00:00Z');
const RUNNING = newRecord({
  ...{ id: 'r', timeIn: IN, timeOut: null, zone: 'Europe/Berlin', now: IN, issueKey: 'PROJ-1' },
  ...{ notes: '', branch: null, source: 'timer' as const },
});

function focus(focused: boolean): void {
  windowState.focused = focused;
  for (const listener of [...listeners.windowState]) listener({ focused });
}

function stage(branch: Partial<BranchInfo> = {}) {
  const world: { running: TimeRecord | undefined; undone: number[]; stopped: string[]; failed: unknown[] } = {
    running: RUNNING,
    undone: [],
    stopped: [],
    failed: [],
  };
  const tell = nudgeToasts({
    services: {
      timeClock: { current: async () => world.running },
      undo: { undo: async (group: number) => void world.undone.push(group) },
    },
    settings: { stopNudge: async (kind) => void world.stopped.push(kind) },
    branch: () => ({ branch: null, issueKey: null, why: '', ...branch }),
    zone: () => 'Europe/Berlin',
    boundary: { start: (_, work) => void work().catch((error: unknown) => world.failed.push(error)) },
  });
  return { world, tell };
}

beforeEach(() => {
  for (const list of [shown, ran, said, written]) list.length = 0;
  windowState.focused = true;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  expect(listeners.windowState.size).toBe(0);
});

async function told(notice: NudgeNotice, button: string | undefined, branch?: Partial<BranchInfo>) {
  const { world, tell } = stage(branch);
  const done = tell(notice);
  const toast = shown.at(-1);
  toast?.answer(button);
  await done;
  await new Promise((resolve) => setImmediate(resolve));
  expect(world.failed).toEqual([]);
  return { world, toast };
}

const CLOCKED_OUT: NudgeNotice = { kind: 'clockOut', record: RUNNING, at: IN + 9 * 3_600_000, group: 7 };

describe('a notice', () => {
  it.each<[NudgeNotice, string, readonly string[]]>([
    [CLOCKED_OUT, 'Clocked out at 6:00 PM, as you have set: PROJ-1.', ['Undo', 'Don’t do this again']],
    [
      { kind: 'late', record: RUNNING },
      'The timer still runs on PROJ-1, since 9:00 AM.',
      ['Clock out', 'Clock out at…', 'Don’t show again'],
    ],
    [
      { kind: 'late', record: { ...RUNNING, issueKey: null } },
      'The timer still runs, since 9:00 AM.',
      ['Clock out', 'Clock out at…', 'Don’t show again'],
    ],
    [
      { kind: 'start' },
      'Your working day has begun, and the timer is not running.',
      ['Clock in on PROJ-9', 'Don’t show again'],
    ],
    [
      { kind: 'unsynced', seconds: 27_000 },
      '7:30 h of this week have not reached Jira yet.',
      ['Sync to Jira', 'Don’t show again'],
    ],
  ])('%j says what is so and what can be done', async (notice, message, buttons) => {
    const { toast, world } = await told(notice, undefined, { issueKey: 'PROJ-9' });
    expect(toast?.message.replace(/\s/gu, ' ')).toBe(message);
    expect(toast?.buttons).toEqual(buttons);
    expect([ran, world.stopped, world.undone]).toEqual([[], [], []]);
  });

  it.each<[NudgeNotice, string, unknown[]]>([
    [{ kind: 'late', record: RUNNING }, 'Clock out', ['timecard.clockOut']],
    [{ kind: 'late', record: RUNNING }, 'Clock out at…', ['timecard.clockOutAt']],
    [{ kind: 'unsynced', seconds: 60 }, 'Sync to Jira', ['timecard.sync']],
    [{ ...CLOCKED_OUT, group: undefined }, 'Undo', ['timecard.undo']],
  ])('%j: %s', async (notice, button, command) => {
    await told(notice, button);
    expect(ran).toEqual([command]);
  });

  it('clocks in on the branch’s issue, or asks where it names none', async () => {
    const { world, tell } = stage({ issueKey: 'PROJ-9' });
    world.running = undefined;
    const done = tell({ kind: 'start' });
    shown[0]?.answer('Clock in on PROJ-9');
    await done;
    await expect.poll(() => ran).toEqual([['timecard.clockIn', { issueKey: 'PROJ-9' }]]);
  });

  it('undoes exactly the clock-out it tells of', async () => {
    expect((await told(CLOCKED_OUT, 'Undo')).world.undone).toEqual([7]);
  });

  it('does not stop another record, or start a second time, when it is answered late', async () => {
    await told({ kind: 'late', record: { ...RUNNING, id: 'earlier' } }, 'Clock out');
    await told({ kind: 'start' }, 'Clock in');
    expect(ran).toEqual([]);
    expect(said).toEqual(['The timer was stopped already.', 'The timer runs already.']);
  });

  it.each<[NudgeNotice, string]>([
    [CLOCKED_OUT, 'Don’t do this again'],
    [{ kind: 'late', record: RUNNING }, 'Don’t show again'],
    [{ kind: 'start' }, 'Don’t show again'],
    [{ kind: 'unsynced', seconds: 60 }, 'Don’t show again'],
  ])('%j is switched off with "%s"', async (notice, button) => {
    expect((await told(notice, button)).world.stopped).toEqual([notice.kind]);
  });

  it('keeps the screen until it is closed, or was in sight for a minute', async () => {
    const { tell } = stage();
    let gone = false;
    focus(false);
    void tell({ kind: 'start' }).then(() => {
      gone = true;
    });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(gone).toBe(false);
    focus(true);
    await vi.advanceTimersByTimeAsync(59_000);
    focus(false);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(gone).toBe(false);
    focus(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(gone).toBe(true);
  });
});

describe('watching', () => {
  it('loads nothing before something is switched on, then once, and looks when the user comes back', async () => {
    let times: NudgeTimes = { clockOut: '', late: '', start: '', unsynced: '' };
    const counts = { loaded: 0, looked: 0, disposed: 0 };
    const watch = watchNudges({
      settings: { nudgeTimes: () => times },
      log: { error: () => undefined },
      load: async () => {
        counts.loaded += 1;
        return {
          look: () => {
            counts.looked += 1;
          },
          dispose: () => {
            counts.disposed += 1;
          },
        };
      },
    });
    focus(true);
    for (const change of listeners.settings) change();
    await vi.advanceTimersByTimeAsync(0);
    expect(counts).toEqual({ loaded: 0, looked: 0, disposed: 0 });
    times = { ...times, late: '18:00' };
    for (const change of listeners.settings) change();
    await vi.advanceTimersByTimeAsync(0);
    focus(true);
    await vi.advanceTimersByTimeAsync(0);
    focus(false);
    expect(counts).toEqual({ loaded: 1, looked: 2, disposed: 0 });
    // Switched off again: it is told, so that it stops waiting.
    times = { ...times, late: '' };
    for (const change of listeners.settings) change();
    await vi.advanceTimersByTimeAsync(0);
    expect(counts.looked).toBe(3);
    watch.dispose();
    expect(counts.disposed).toBe(1);
  });

  it('lets the window in front be first', () => {
    const waits: number[] = [];
    const timers = focusedFirst({
      after: (ms) => {
        waits.push(ms);
        return { dispose: () => undefined };
      },
    });
    timers.after(5_000, () => undefined);
    focus(false);
    timers.after(5_000, () => undefined);
    expect(waits).toEqual([5_000, 6_500]);
  });
});

describe('switching off', () => {
  it.each([
    ['clockOut', 'clockOutAt'],
    ['late', 'remind.stop'],
    ['start', 'remind.start'],
    ['unsynced', 'remind.unsynced'],
  ] as const)('%s empties the setting %s for good', async (kind, name) => {
    await createSettings({ warn: () => undefined }).stopNudge(kind);
    expect(written).toEqual([[name, '', 1]]);
  });
});
