import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { fullSnapshot, snapshot } from './samples.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

async function big(): Promise<OpenView> {
  const view = await harness.open({ snapshot: snapshot() });
  await view.evaluate("window.extension.generate(4000, 25, '2026-11-24')");
  await view.settled();
  return view;
}

describe('100,000 records', () => {
  test('show', async () => {
    const view = await harness.open({ snapshot: fullSnapshot() });
    await view.page.screenshot({ path: '/tmp/a1.png' });
    console.log(await view.evaluate('document.querySelector("main").innerText'));
    const b = await big();
    console.log(
      await b.evaluate('document.querySelectorAll(".record").length + " " + document.documentElement.scrollHeight'),
    );
    await b.evaluate('window.scrollTo(0, document.documentElement.scrollHeight / 2)');
    await b.settled();
    await b.page.waitForTimeout(200);
    await b.page.screenshot({ path: '/tmp/a2.png' });
    console.log(await b.evaluate('document.querySelectorAll(".record").length'), await b.violations());
    expect(1).toBe(1);
  });
});
