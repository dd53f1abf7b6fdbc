import type { FrameLocator, Locator } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TimeRecord } from '../../src/core/records.ts';
import { daysAgo, demoRecord, writeRecords } from '../../tools/demo/records.ts';
import { fromRoot } from '../../tools/support/paths.ts';
import { screenshot, webviewFrame } from '../../tools/vscode/browser.ts';
import { useDemo } from './stage.ts';

const SHOTS = fromRoot('screenshots/e2e/history-large');
const COUNT = 100_000;
const A_DAY = 25;

/** The newest first; half an hour each, from yesterday back through eleven years. */
function* longHistory(): Generator<TimeRecord> {
  for (let day = 0; day < COUNT / A_DAY; day += 1) {
    const midnight = daysAgo(day + 1, 0);
    for (let place = 0; place < A_DAY; place += 1) {
      const part = day * A_DAY + place;
      const timeIn = midnight + (A_DAY - place) * 50 * 60_000;
      yield demoRecord({ timeIn, minutes: 30, issueKey: `DEMO-${part % 9}`, notes: `Login page, part ${part}.` });
    }
  }
}

describe('the history with 100,000 records, in two windows', () => {
  const prepare = (folder: string) => writeRecords(folder, longHistory());
  const stage = useDemo({ deployment: 'cloud', connected: false, prepare });

  beforeAll(() => stage.openSidebar());

  const row = (part: number, inView = stage.view) => inView.locator('.record', { hasText: `part ${part}.` });
  const found = (text: string, inView = stage.view) => inView.locator('.found', { hasText: text }).waitFor();
  const search = () => stage.view.getByRole('textbox', { name: 'Search time records' });

  /** Turns the wheel by so much of the whole list, over the list, until the row is on the screen. */
  async function scrollBy(share: number): Promise<void> {
    const height = await stage.view.locator('html').evaluate((html) => html.scrollHeight);
    const box = await stage.view.locator('main').boundingBox();
    await stage.page.mouse.move((box?.x ?? 0) + 100, 600);
    await stage.page.mouse.wheel(0, height * share);
  }

  it('opens with the newest, and says that it is not connected', async () => {
    await row(0).waitFor({ timeout: 60_000 });
    await found('100,000 records, 50000:00');
    await stage.view.locator('.call', { hasText: 'Not connected to Jira' }).getByRole('button').waitFor();
    expect(await stage.view.locator('.record').count()).toBeLessThan(60);
    await screenshot(stage.page, SHOTS, '1-open');
  });

  it('scrolls to the middle and to the end', async () => {
    await scrollBy(0.5);
    const middle = stage.view.locator('.record', { hasText: /part (?:4[5-9]|5[0-5])\d{3}\./u });
    await middle.first().waitFor();
    await screenshot(stage.page, SHOTS, '2-middle');
    await middle.nth(5).focus();
    await stage.page.keyboard.press('End');
    await row(COUNT - 1)
      .and(stage.view.locator(':focus'))
      .waitFor();
  });

  it('filters, edits what was found, and is there again without the filter', async () => {
    await search().fill('part 77777.');
    await found('1 record, 0:30');
    await search().press('ArrowDown');
    await row(77_777).and(stage.view.locator(':focus')).waitFor();
    await stage.page.keyboard.press('F2');
    await row(77_777).getByRole('textbox', { name: 'Notes' }).fill('Looked at again');
    await stage.page.keyboard.press('Control+Enter');
    await search().fill('');
    await found('100,000 records');
    await search().fill('looked at again');
    await found('1 record, 0:30');
    await search().fill('');
    await found('100,000 records');
  });

  it('shows in one window what was done in the other, and moves nothing under the cursor', async () => {
    const other = await stage.openSidebar();
    const otherView = webviewFrame(other);
    await row(0, otherView).waitFor({ timeout: 60_000 });
    await otherView.locator('html').evaluate((html) => html.scrollTo(0, 4_000));
    const pointed = await middleRow(otherView);
    const id = await pointed.getAttribute('data-record');
    await pointed.hover();
    const before = await pointed.boundingBox();

    await stage.page.bringToFront();
    await stage.view.locator('html').evaluate((html) => html.scrollTo(0, 0));
    await row(1).focus();
    await stage.page.keyboard.press('Delete');
    await row(1).waitFor({ state: 'detached' });
    await found('99,999 records, 49999:30');

    await other.bringToFront();
    await found('99,999 records', otherView);
    const after = otherView.locator(`.record[data-record="${id}"]`);
    expect(await after.boundingBox()).toEqual(before);
    await otherView.locator('html').evaluate((html) => html.scrollTo(0, 0));
    await row(2, otherView).waitFor();
    expect(await row(1, otherView).count()).toBe(0);
  });

  /** The row in the middle of what is seen, once the rows of the place that was scrolled to are there. */
  async function middleRow(inView: FrameLocator): Promise<Locator> {
    const idThere = () =>
      inView.locator('html').evaluate((html): string => {
        const there = html.ownerDocument.elementFromPoint(html.clientWidth / 2, html.clientHeight / 2);
        return there?.closest('.record')?.getAttribute('data-record') ?? '';
      });
    await inView
      .locator('.record', { hasText: /part \d{2}\./u })
      .first()
      .waitFor();
    await expect.poll(idThere, { timeout: 30_000 }).not.toBe('');
    return inView.locator(`.record[data-record="${await idThere()}"]`);
  }
});
