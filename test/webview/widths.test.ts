import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './bundle.ts';
import { type Harness, startHarness } from './harness.ts';
import { dress, openState, PAGE_STATES } from './pageStates.ts';
import { THEMES } from './themes.ts';

const SHOTS = path.join(ROOT, 'screenshots/webview/states');

let harness: Harness;
beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  harness = await startHarness();
});
afterAll(() => harness.close());

/** Widths in px, each with a font size of the editor. */
const SIZES = [
  [1_600, 13],
  [900, 10],
  [900, 24],
  [320, 18],
  [220, 13],
  [200, 24],
  [200, 10],
] as const;

/** Whatever stands outside of the window, but for what only screen readers see. */
const OUTSIDE = `[...document.querySelectorAll('main *')]
  .filter((node) => node.getClientRects().length > 0 && node.closest('.visually-hidden, .log-head') === null)
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5 || node.getBoundingClientRect().left < -0.5)
  .map((node) => node.className || node.tagName)`;
const SCROLLS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
/** Rows and headings of the list that stand on each other. */
const OVERLAPS = `(() => {
  const boxes = [...document.querySelectorAll('.record, .week-head, .group-head')]
    .map((node) => ({ node, box: node.getBoundingClientRect() })).sort((a, b) => a.box.top - b.box.top);
  return boxes.flatMap(({ node, box }, n) => {
    const next = boxes[n + 1];
    // A heading sticks to the top while its records go by below it.
    return next === undefined || next.box.top >= box.bottom - 0.5 || node.className === 'group-head' || next.node.className === 'group-head' ? [] : [node.className + ' on ' + next.node.className];
  });
})()`;
/** Texts that are cut although no title on them or around them says the rest. */
const CUT = `[...document.querySelectorAll('main *')]
  .filter((node) => node.getClientRects().length > 0 && node.children.length === 0 && node.scrollWidth > node.clientWidth + 1)
  .filter((node) => ['hidden', 'clip'].includes(getComputedStyle(node).overflowX) && getComputedStyle(node).textOverflow === 'ellipsis')
  .filter((node) => node.closest('.visually-hidden') === null && node.closest('[title]') === null)
  .map((node) => (node.className || node.tagName) + ': ' + node.textContent.slice(0, 60))`;

describe('nothing is cut, overlaps or scrolls sideways', () => {
  for (const state of PAGE_STATES) {
    test(state.name, async () => {
      const view = await openState(harness, state, { width: 1_600 });
      const faults: Record<string, unknown> = {};
      for (const [width, fontSize] of SIZES) {
        await view.page.setViewportSize({ width, height: 900 });
        await view.evaluate(`document.documentElement.style.setProperty('--vscode-font-size', '${fontSize}px')`);
        await view.settled();
        await view.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
        const found = [SCROLLS, OUTSIDE, OVERLAPS, CUT].map((script) => view.evaluate<unknown>(script));
        const [scrolls, outside, overlaps, cut] = await Promise.all(found);
        const fault = { scrolls, outside, overlaps, cut };
        if (JSON.stringify(fault) !== '{"scrolls":0,"outside":[],"overlaps":[],"cut":[]}')
          faults[`${width} px at ${fontSize} px`] = fault;
      }
      expect(faults).toEqual({});
      await view.page.context().close();
    }, 60_000);
  }
});

describe('pictures to look at', () => {
  for (const state of PAGE_STATES) {
    test(state.name, async () => {
      const view = await openState(harness, state, { width: 320, height: 700 });
      for (const theme of THEMES) {
        await dress(view, theme);
        for (const width of [220, 320, 900]) {
          await view.page.setViewportSize({ width, height: 700 });
          const name = `${state.name.replaceAll(/[ ,]+/gu, '-')}-${width}-${theme.name}.png`;
          await view.page.screenshot({ path: path.join(SHOTS, name) });
        }
      }
      await view.page.context().close();
    }, 60_000);
  }
});
