import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { dress, openState, PAGE_STATES } from './pageStates.ts';
import { THEMES } from './themes.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds, one line for each element. */
async function faults(view: OpenView): Promise<string[]> {
  return view.evaluate<string[]>(`axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, resultTypes: ['violations'] })
    .then(({ violations }) => violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join(' ');
      return impact + ' ' + id + ': ' + html.replace(/ (data-vscode-context|title)="[^"]*"/gu, '').slice(0, 160) + ' – ' + why;
    })))`);
}

const WIDTHS = [220, 900, 320];

describe('axe finds nothing', () => {
  PAGE_STATES.forEach((state, number) => {
    const width = WIDTHS[number % WIDTHS.length] ?? 300;
    test(`${state.name}, ${width} px wide`, async () => {
      const view = await openState(harness, state, { width });
      await view.page.evaluate(axe.source);
      const found: Record<string, string[]> = {};
      for (const theme of THEMES) {
        await dress(view, theme);
        found[theme.name] = await faults(view);
      }
      expect(found).toEqual(Object.fromEntries(THEMES.map(({ name }) => [name, []])));
      await view.page.context().close();
    }, 60_000);
  });
});
