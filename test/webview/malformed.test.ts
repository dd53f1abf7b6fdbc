import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../src/protocol/list.ts';
import { runs } from '../unit/input/runs.ts';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { DAY, sceneOf } from './hostileTexts.ts';
import { day, record, snapshot } from './samples.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const good = () => snapshot({ days: [day(DAY, [record('kept')])] });

async function opened(): Promise<{ view: OpenView; errors: string[] }> {
  const view = await harness.open({ snapshot: good() });
  const errors: string[] = [];
  view.page.on('pageerror', (error) => errors.push(error.message));
  return { view, errors };
}

/** Messages of the extension with one part replaced, and anything else that JSON can say. */
function wrongMessages() {
  const rows = [{ group: DAY, from: 0, records: [record('x')] }];
  const messages: readonly object[] = [
    { type: 'snapshot', snapshot: good() },
    { type: 'list', list: { version: 1e9, choice: EVERYTHING, outline: null, rows, stale: true } },
    { type: 'ids', request: 1, ids: ['x'], seconds: [1] },
    { type: 'found', request: 1, place: { group: DAY, index: 0 } },
    { type: 'editing', request: 1, typed: {} },
    { type: 'checked', request: 1, problems: {}, warnings: {}, understood: {} },
    { type: 'saved', request: 1, problems: {}, general: null },
    { type: 'suggested', request: 1, issues: [], isBusy: false, note: null },
    { type: 'logged', request: 1, total: 0, rows: [] },
    { type: 'synced', text: '', tone: 'info', failed: [] },
    { type: 'showTab', tab: 'records' },
    { type: 'startEdit', id: 'x' },
  ];
  const bad = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(-1, 1e300, 'x'.repeat(10_000), [[[[[]]]]], null));
  return fc.constantFrom(...messages).chain((message) => {
    const parts = Object.keys(message).filter((part) => part !== 'request');
    return fc
      .tuple(fc.constantFrom(...parts), bad)
      .filter(([part, value]) => typeof value !== typeof Reflect.get(message, part) || value === null)
      .map(([part, value]) => ({ ...message, [part]: value }));
  });
}

describe('the page', () => {
  test('drops what is no message of the extension, by the hundred, and goes on', async () => {
    const { view, errors } = await opened();
    const before = await view.page.locator('body').ariaSnapshot();
    // In turns of the length that one call to the page may have.
    for (let sent = 0; sent < runs(500); sent += 500) {
      const wrong = fc.sample(fc.oneof(fc.jsonValue(), wrongMessages()), 500);
      await view.evaluate(`${JSON.stringify(wrong)}.forEach((message) => window.postMessage(message, '*'))`);
      await view.settled();
    }
    expect(await view.page.locator('body').ariaSnapshot()).toBe(before);
    expect(errors).toEqual([]);
    expect(await view.evaluate('({}).polluted')).toBeUndefined();
  });

  test('drops answers to questions that it never asked, or of another kind', async () => {
    const { view, errors } = await opened();
    await view.record('kept').focus();
    await view.page.keyboard.press('Enter');
    await view.settled();
    const before = await view.page.locator('body').ariaSnapshot();
    const asked = await view.evaluate<number[]>(
      'window.posts.flatMap(({ request }) => (request === undefined ? [] : [request]))',
    );
    for (const request of [0, 1, ...asked, Number.MAX_SAFE_INTEGER]) {
      await view.send({ type: 'editing', request, typed: { notes: 'x' } });
      await view.send({ type: 'ids', request, ids: ['x'], seconds: [1] });
      await view.send({ type: 'saved', request, problems: { notes: 'x' }, general: 'x' });
    }
    expect(await view.page.locator('body').ariaSnapshot()).toBe(before);
    expect(errors).toEqual([]);
  });

  test('hears nobody but the editor', async () => {
    const { view } = await opened();
    const message = JSON.stringify({ type: 'snapshot', snapshot: { ...good(), notice: 'From elsewhere' } });
    for (const origin of ['https://evil.example', 'null', '']) {
      await view.evaluate(
        `window.dispatchEvent(new MessageEvent('message', { data: ${message}, origin: ${JSON.stringify(origin)} }))`,
      );
    }
    await view.settled();
    expect(await view.page.getByText('From elsewhere').count()).toBe(0);
    await view.evaluate(
      `window.dispatchEvent(new MessageEvent('message', { data: ${message}, origin: window.origin }))`,
    );
    expect(await view.page.getByText('From elsewhere').count()).toBe(1);
  });

  test('runs nothing, loads nothing and takes no style that is not ours', async () => {
    const { view } = await opened();
    await view.evaluate(`(() => {
      const add = (name, props) => document.body.append(Object.assign(document.createElement(name), props));
      add('script', { textContent: 'window.pwned = 1' });
      add('img', { src: 'https://evil.example/x.png' });
      add('iframe', { srcdoc: '<p>x</p>' });
      add('div', { innerHTML: '<b style="color: red" onclick="1">x</b>' });
    })()`);
    await view.settled();
    const refused = (await view.violations()).map((violation) => violation.split(' ')[0]);
    expect(refused).toEqual(
      expect.arrayContaining(['script-src-elem', 'script-src-attr', 'img-src', 'style-src-attr']),
    );
    expect(await view.evaluate('window.pwned')).toBeUndefined();
  });

  test('stays quick when one text of it is ten megabytes long', async () => {
    const { view } = await opened();
    const took: Record<string, number> = {};
    const { days, ...scene } = sceneOf('§');
    const message = { type: 'snapshot', snapshot: scene };
    const rows = [{ group: DAY, from: 0, records: days[0]?.records ?? [] }];
    const list = { type: 'list', list: { version: '#', choice: EVERYTHING, outline: null, rows, stale: true } };
    const said = { type: 'said', text: '§', tone: 'info' };
    const synced = { type: 'synced', text: '§', tone: 'error', failed: [{ id: 'x', text: '§' }] };
    for (const filler of ['x', ' ', '\u202e', '<b>']) {
      for (const [name, each] of Object.entries({ message, list, said, synced })) {
        took[`${name} of ${JSON.stringify(filler)}`] = await view.evaluate<number>(`(async () => {
          const huge = ${JSON.stringify(filler)}.repeat(Math.ceil(10 * 2 ** 20 / ${filler.length}));
          const grown = (value) => value === '§' ? huge : value === '#' ? (window.nextVersion = (window.nextVersion ?? 2e9) + 1)
            : Array.isArray(value) ? value.map(grown)
            : value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, grown(v)]))
            : value;
          const data = grown(${JSON.stringify(each)});
          const from = performance.now();
          window.dispatchEvent(new MessageEvent('message', { data, origin: window.origin }));
          document.body.getBoundingClientRect();
          return performance.now() - from;
        })()`);
      }
    }
    console.log('ms with texts of 10 MB:', took);
    expect(Math.max(...Object.values(took))).toBeLessThan(2_000);
    expect(await view.evaluate<number>('document.documentElement.outerHTML.length')).toBeLessThan(400_000);
  }, 60_000);
});
