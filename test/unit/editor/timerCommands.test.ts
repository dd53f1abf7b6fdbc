import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Absences } from '../../../src/app/absences.ts';
import { Presence } from '../../../src/app/presence.ts';
import type { Connection } from '../../../src/core/records.ts';
import type { EditorDeps, Services } from '../../../src/editor/services.ts';
import { openWindow, quietLog, type Window } from '../app/office.ts';
import { box, shown, take, watchToasts } from './vscodeStub.ts';

vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  return { ...stub, window: { ...stub.window, setStatusBarMessage: () => undefined } };
});
const { timerCommands } = await import('../../../src/editor/commands/timerCommands.ts');
const { earlierCommands } = await import('../../../src/editor/commands/earlierCommands.ts');

const MINUTE = 60_000;
const NOWHERE = { branch: null, issueKey: null, why: '' };

let folder: string;
let window: Window;
let toasts: ReturnType<typeof watchToasts>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timecard-timer-'));
  window = await openWindow({ folder });
  window.clock.zoneName = 'UTC';
  window.clock.ahead = Date.parse('2026-11-23T09:00:00Z') - Date.now();
  toasts = watchToasts();
});
afterEach(async () => {
  shown.current?.hide();
  await window.store.close();
  await rm(folder, { recursive: true, force: true });
});

type Asked = Pick<Services['presence'], 'here' | 'pendingOf'> & Partial<Services['presence']>;

function commands(presence: Asked = { here: async () => undefined, pendingOf: () => undefined }) {
  const branch = { current: () => NOWHERE, onDidChange: () => ({ dispose: () => undefined }) };
  const deps = { clock: window.clock, branch, freshBranch: async () => NOWHERE, log: quietLog };
  // As much as these commands ask for.
  const given = { ...deps, services: async () => ({ ...window, presence }) as unknown as Services };
  const all = given as unknown as EditorDeps;
  return { ...timerCommands(all), ...earlierCommands(all) };
}

/** Work on PROJ-1, and on PROJ-2 from the moment that a box was shown. */
async function wentOnWhile(command: 'editNotes' | 'clockOutWithNotes' | 'clockOutAt' | 'switchIssue') {
  await window.timeClock.clockIn({ issueKey: 'PROJ-1', notes: 'First' });
  window.clock.ahead += 30 * MINUTE;
  const done = commands()[command]();
  await box();
  await window.timeClock.clockIn({ issueKey: 'PROJ-2', notes: 'Second' });
  window.clock.ahead += 30 * MINUTE;
  return done;
}

const all = async () =>
  (await window.records.list()).map(({ issueKey, notes, timeOut }) => [issueKey, notes, timeOut === null]);
async function type(text: string): Promise<void> {
  const input = await box();
  input.type(text);
  input.enter();
}

describe('a box that stays open while the timer goes on to something else', () => {
  it.each(['editNotes', 'clockOutWithNotes'] as const)(
    '%s: the notes are for what was asked about',
    async (command) => {
      // Not awaited: the box is still open.
      const { done } = { done: wentOnWhile(command) };
      await vi.waitFor(async () => expect(await all()).toHaveLength(2));
      await type('What I did');
      await done;
      expect(await all()).toEqual([
        ['PROJ-2', 'Second', true],
        ['PROJ-1', 'What I did', false],
      ]);
      expect(toasts).toMatchObject([{ message: 'The timer went on to PROJ-2. The notes are on PROJ-1.' }]);
    },
  );

  it('clockOutAt: ends nothing else', async () => {
    const done = expect(wentOnWhile('clockOutAt')).rejects.toThrow('went on to PROJ-2. Nothing was changed.');
    await vi.waitFor(async () => expect(await all()).toHaveLength(2));
    await type('9:15');
    await done;
    expect(await all()).toContainEqual(['PROJ-2', 'Second', true]);
  });

  it.each(['From now on', 'From the start'])('switchIssue, %s: changes nothing else', async (answer) => {
    const done = expect(wentOnWhile('switchIssue')).rejects.toThrow('went on to PROJ-2. Nothing was changed.');
    await vi.waitFor(async () => expect(await all()).toHaveLength(2));
    await take('No issue');
    await take(answer);
    await done;
    expect(await all()).toEqual([
      ['PROJ-2', 'Second', true],
      ['PROJ-1', 'First', false],
    ]);
  });

  it('does what was asked when nothing came between', async () => {
    await window.timeClock.clockIn({ issueKey: 'PROJ-1', notes: 'First' });
    window.clock.ahead += 30 * MINUTE;
    const done = commands().clockOutWithNotes();
    await type('What I did');
    await done;
    expect(await all()).toEqual([['PROJ-1', 'What I did', false]]);
    expect(toasts).toEqual([]);
  });
});

describe('clocking out after time away', () => {
  it.each([
    [7, [27]],
    [70, [1, 27]],
  ])('leaves no record of the %d seconds that the answer took, as minutes: %j', async (seconds, expected) => {
    const { clock } = window;
    const absences = new Absences(window);
    const file = { read: async () => undefined, write: async () => undefined };
    const presence = new Presence({ ...window, file, absences, log: quietLog });
    await window.timeClock.clockIn({ issueKey: 'PROJ-1' });
    for (let i = 0; i < 3; i++) {
      clock.ahead += 9 * MINUTE;
      presence.seen();
      await presence.settled();
    }
    clock.ahead += 45 * MINUTE;
    const done = commands(presence).clockOut();
    await box();
    clock.ahead += seconds * 1000;
    await take('Discard');
    await done;
    const records = await window.records.list();
    expect(records.map(({ timeIn, timeOut }) => Math.round(((timeOut ?? 0) - timeIn) / MINUTE))).toEqual(expected);
    expect(await window.timeClock.current()).toBeUndefined();
  });
});

describe('resuming', () => {
  it('goes on with the last work on its own site, and with no site that is gone', async () => {
    await window.store.commit((tx) => tx.putConnection(site('there')));
    await window.timeClock.clockIn({ issueKey: 'PROJ-1', notes: 'First', connectionId: 'there' });
    window.clock.ahead += 180 * MINUTE;
    await window.timeClock.clockOut();
    const at = Date.parse('2026-11-23T10:00:00Z');
    await window.records.add({ timeIn: at, timeOut: at + 15 * MINUTE, issueKey: 'MEET-1', source: 'manual' });
    await commands().resume();
    const again = { issueKey: 'PROJ-1', notes: 'First', timeOut: null };
    expect(await window.timeClock.current()).toMatchObject({ ...again, connectionId: 'there' });
    await commands().resume();
    expect(await window.records.list()).toHaveLength(3);
    expect(await window.timeClock.clockIn({ issueKey: 'PROJ-1', connectionId: 'gone' })).toMatchObject({
      connectionId: null,
    });
  });

  it('says so when there is nothing to go on with', async () => {
    await expect(commands().resume()).rejects.toThrow(/no record to go on with/);
  });
});

function site(id: string): Connection {
  return {
    ...{ id, jiraUrl: 'https://jira.example', deployment: 'dataCenter', authType: 'pat', email: null, cloudId: null },
    ...{ accountId: null, displayName: null, profileZone: null, isActive: true, isDefault: false, projectKeys: [] },
    ...{ chosenProjects: [], lastSuccessAt: null, lastProblem: null, failedSignIns: 0, createdAt: 1, updatedAt: 1 },
  };
}
