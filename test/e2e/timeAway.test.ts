import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newRecord } from '../../src/core/newRecord.ts';
import type { TimeRecord } from '../../src/core/records.ts';
import { inStore, writeRecords } from '../../tools/demo/records.ts';
import { fromRoot } from '../../tools/support/paths.ts';
import {
  fillQuickInput,
  notifications,
  pickQuickItem,
  quickInput,
  runCommand,
  screenshot,
  statusBarItem,
} from '../../tools/vscode/browser.ts';
import { useDemo } from './stage.ts';

const HOUR = 3_600_000;
const SHOTS = fromRoot('screenshots/e2e/time-away');
const QUESTION = /last seen alive/i;

/* An editor that crashed while a record ran, and what the user makes of the time since. */
describe('time away', () => {
  const stage = useDemo({ deployment: 'cloud', connected: false });
  let begun: TimeRecord;

  beforeAll(async () => {
    await stage.demo.setUserSettings({ 'window.autoDetectColorScheme': true });
    const now = Date.now();
    begun = newRecord({
      ...{ id: randomUUID(), timeIn: now - 3 * HOUR, timeOut: null, zone: 'UTC', now: now - 3 * HOUR },
      ...{ issueKey: 'DEMO-7', notes: '', source: 'timer' },
    });
    await writeRecords(stage.demo.globalStorage, [begun]);
    const mark = { lastSeen: now - 2 * HOUR, open: true };
    await writeFile(path.join(stage.demo.globalStorage, 'presence.json'), JSON.stringify(mark));
  });

  /** What is on disk, where a window leaves it for everybody. Oldest first; lengths in minutes, `null` for what runs. */
  async function records(): Promise<readonly (readonly [string, number | null])[]> {
    const all = await inStore(stage.demo.globalStorage, (store) => store.read((db) => db.records()));
    return all
      .toReversed()
      .map(({ id, timeIn, timeOut }) => [
        id === begun.id ? 'begun' : 'new',
        timeOut === null ? null : Math.round((timeOut - timeIn) / 60_000),
      ]);
  }

  const timer = (text: RegExp, where = stage.page) => statusBarItem(where, 'timecard.timer').filter({ hasText: text });

  async function photograph(name: string): Promise<void> {
    for (const [colorScheme, theme] of [
      ['dark', 'vs-dark'],
      ['light', 'vs'],
    ] as const) {
      await stage.page.emulateMedia({ colorScheme });
      await stage.page.locator(`.monaco-workbench.${theme}`).waitFor();
      await screenshot(stage.page, SHOTS, `${name}-${colorScheme}`);
    }
  }

  it('is told after a crash, and stands in the status bar until it is decided on', async () => {
    await stage.open();
    await timer(/DEMO-7 3:0\d.*Time away\?/).waitFor({ timeout: 60_000 });
    const toast = notifications(stage.page).filter({ hasText: QUESTION });
    await toast.filter({ hasText: 'working on DEMO-7. What were the 2:0' }).waitFor();
    expect(await records()).toEqual([['begun', null]]);
    await toast.getByText('Decide…').click();
    await quickInput(stage.page).getByText('Stop at a time…').waitFor();
    await photograph('question');
  });

  it('is cut out when it is discarded, and the work goes on, in every window', async () => {
    const other = await stage.open();
    await timer(/DEMO-7 3:0\d.*Time away\?/, other).waitFor({ timeout: 60_000 });
    await pickQuickItem(stage.page, QUESTION, /Discard 2:0\d and go on/);
    await timer(/^(?!.*Time away).*DEMO-7 0:0\d/).waitFor();
    await timer(/^(?!.*Time away).*DEMO-7 0:0\d/, other).waitFor();
    await other.close();
    expect(await records()).toEqual([
      ['begun', 60],
      ['new', null],
    ]);
  });

  it('comes back whole when that is undone, and is asked about again', async () => {
    await runCommand(stage.page, 'Timecard: Undo a change');
    await pickQuickItem(stage.page, 'Undo a change', 'Time away discarded');
    await timer(/DEMO-7 3:0\d.*Time away\?/).waitFor();
    expect(await records()).toEqual([['begun', null]]);
  });

  it('can end the work at a time that is typed', async () => {
    await runCommand(stage.page, 'Timecard: Decide on the time away');
    await pickQuickItem(stage.page, QUESTION, 'Stop at a time…');
    await fillQuickInput(stage.page, 'End', '-20h');
    await quickInput(stage.page).getByText('must lie within the time away').waitFor();
    await fillQuickInput(stage.page, 'End', '-90m');
    // So long plus what these tests have taken until now.
    await quickInput(stage.page)
      .getByText(/\(1:3\d\)/u)
      .waitFor();
    await photograph('stop-at');
    await quickInput(stage.page).locator('.quick-input-box input').press('Enter');
    await timer(/^(?!.*Time away).*Clock in/).waitFor();
    const [record, ...others] = await records();
    expect(others).toEqual([]);
    expect(record?.[1]).toBeGreaterThanOrEqual(90);
    expect(record?.[1]).toBeLessThan(100);
  });
});
