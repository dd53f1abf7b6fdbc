import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Harness, startHarness } from './harness.ts';
import { everyOutcome, fillLog } from './logSamples.ts';
import { everyState, snapshot } from './samples.ts';
import { THEMES } from './themes.ts';

let harness: Harness;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  harness = await startHarness();
});
afterAll(() => harness.close());

const SERIOUS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 120)).join(' | ')))`;

for (const theme of THEMES) {
  test(`the sync log and a record's attempts have no serious fault in ${theme.name}`, async () => {
    const view = await harness.open({ theme, width: 1_000, height: 700, snapshot: snapshot({ days: everyState() }) });
    await fillLog(view, everyOutcome());
    await view.evaluate(axe);
    await view.page.getByRole('tab', { name: 'Sync log' }).click();
    await view.page.locator('[data-attempt="4"]').click();
    await view.settled();
    expect(await view.evaluate(SERIOUS)).toEqual([]);
    await view.page.setViewportSize({ width: 220, height: 700 });
    expect(await view.evaluate(SERIOUS)).toEqual([]);
    await fillLog(view, []);
    await view.page.locator('[data-control="logRefresh"]').click();
    await view.settled();
    expect(await view.evaluate(SERIOUS)).toEqual([]);
    await view.page.context().close();
  });
}
