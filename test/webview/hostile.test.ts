import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../src/protocol/list.ts';
import { EDIT_STUB } from './editStub.ts';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { attemptsOf, DAY, HOSTILE, savedOf, sceneOf } from './hostileTexts.ts';
import { fillLog } from './logSamples.ts';
import { day, record, snapshot } from './samples.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

/** What nobody but our own code may have made, and texts that could turn their neighbours around. */
const SUSPICIONS = `(() => {
  const found = [];
  const foreign = 'img, a, iframe, object, embed, svg, video, audio, form, base, meta, link, style, script:not([src])';
  for (const one of document.body.querySelectorAll(foreign)) found.push('<' + one.localName + '>');
  const turns = /[\\u202a-\\u202e\\u2066-\\u2069]/u;
  const ours = new Set(['href', 'src', 'srcset', 'action', 'formaction', 'srcdoc', 'background']);
  for (const one of document.body.querySelectorAll('*')) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith('on')) found.push(one.localName + ' ' + name);
      if (ours.has(name) && one.localName !== 'script') found.push(one.localName + ' ' + name + '=' + value);
      if (turns.test(value) && name !== 'value' && !name.startsWith('data-')) found.push('direction in ' + name + ' of ' + one.className);
    }
    if (one.localName === 'option' && turns.test(one.label)) found.push('direction of an option');
  }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
    if (turns.test(node.data)) found.push('direction in a text of ' + node.parentElement.className);
  }
  if (window.pwned !== undefined) found.push('ran');
  if (({}).polluted !== undefined) found.push('polluted');
  return found;
})()`;

interface Watched {
  readonly view: OpenView;
  /** What happened that must not. */
  readonly happened: string[];
}

/** A page with a past, watched for whatever it must not do. */
async function watched(saved: object): Promise<Watched> {
  const view = await harness.open({ snapshot: null, height: 900 });
  const happened: string[] = [];
  await view.evaluate(`sessionStorage.setItem('state', ${JSON.stringify(JSON.stringify(saved))})`);
  await view.page.addInitScript(EDIT_STUB);
  await view.page.reload();
  await view.evaluate("document.fonts.load('16px codicon').then(() => undefined)");
  view.page.on('request', (request) => happened.push(`request ${request.url()}`));
  view.page.on('framenavigated', (frame) => happened.push(`navigation ${frame.url()}`));
  view.page.on('pageerror', (error) => happened.push(`error ${error.message}`));
  view.page.on('dialog', (dialog) => void dialog.dismiss().then(() => happened.push('dialog')));
  view.page.on('popup', () => happened.push('popup'));
  return { view, happened };
}

const ACTS: Readonly<Record<string, (view: OpenView, text: string) => Promise<unknown>>> = {
  'says it': async (view, text) => {
    await view.send({ type: 'said', text, tone: 'error' });
    await view.send({ type: 'said', text, tone: 'info' });
  },
  'tells what a sync came to': (view, text) =>
    view.send({ type: 'synced', text, tone: 'error', failed: [{ id: 'failed', text }] }),
  'opens a row, with its attempts': async (view) => {
    await view.send({ type: 'showTab', tab: 'records' });
    await view.record('failed').focus();
    await view.page.keyboard.press('Enter');
  },
  'edits it, with issues to choose from': async (view, text) => {
    const held = { timeIn: text, timeOut: text, issueKey: text, notes: text, externalLink: text };
    const perField = held;
    await view.evaluate(`desk.hold(${JSON.stringify({ failed: held, plain: held })})`);
    await view.evaluate(
      `Object.assign(desk, ${JSON.stringify({
        issues: [{ key: text, summary: text, statusCategory: 'done' }],
        note: text,
        checked: { problems: perField, warnings: perField, understood: perField },
        saved: { problems: perField, general: text },
      })})`,
    );
    await view.send({ type: 'startEdit', id: 'failed' });
    const issue = view.record('failed').getByRole('combobox');
    await issue.fill('DEMO');
    await view.record('failed').getByRole('option').first().waitFor();
  },
  'tells why it cannot be kept': async (view) => {
    await view.record('failed').getByRole('combobox').press('Escape');
    await view.record('failed').locator('[data-control="save"]').click();
  },
  'is changed elsewhere meanwhile': async (view, text) => {
    const other = `other ${text}`;
    await view.evaluate(`desk.hold(${JSON.stringify({ failed: { timeIn: other, issueKey: other, notes: other } })})`);
    await view.show(sceneOf(text));
  },
  'is grouped by issue': async (view, text) => {
    await view.send({
      type: 'list',
      list: {
        version: 9e9,
        choice: EVERYTHING,
        outline: {
          ...{ count: 1, seconds: 60, loggedSeconds: 0, weeks: [], projects: [text, `${text} 2`] },
          groups: [
            { count: 1, seconds: 60, loggedSeconds: 0, key: text.slice(0, 300), summary: text, statusCategory: 'new' },
          ],
        },
        rows: [{ group: text.slice(0, 300), from: 0, records: [record('other', { issueKey: text, summary: text })] }],
        stale: true,
      },
    });
  },
  'is in the sync log': async (view) => {
    await view.send({ type: 'showTab', tab: 'log' });
    await view.page.locator('.attempt').first().click();
    await view.page.locator('.attempt-detail').waitFor();
  },
  'is the record whose attempts are shown': async (view, text) => {
    await view.send({ type: 'showTab', tab: 'log', recordId: text.slice(0, 100) || 'x' });
    await view.send({ type: 'showTab', tab: 'records' });
  },
  'is signed out': async (view, text) => {
    await view.show({ ...sceneOf(text), running: null, connection: { state: 'signedOut', label: text } });
    await view.show({ ...sceneOf(text), connection: { state: 'offline', label: text, problem: text } });
  },
  'is in our own words': (view, text) =>
    view.show({ ...sceneOf(text), texts: { today: text, edit: text, clockIn: text, __proto__: text } }),
};

describe('a text from outside is a text and nothing else', () => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    test(`${name}`, async () => {
      const { view, happened } = await watched(savedOf(text));
      await view.show(sceneOf(text));
      await fillLog(view, attemptsOf(text));
      const suspicions: Record<string, string[]> = { 'is shown': await view.evaluate<string[]>(SUSPICIONS) };
      for (const [what, act] of Object.entries(ACTS)) {
        await act(view, text).catch((error: unknown) => happened.push(`${what}: ${String(error)}`));
        await view.settled();
        const found = await view.evaluate<string[]>(SUSPICIONS);
        if (what !== 'is in our own words') suspicions[what] = found;
      }
      expect(Object.entries(suspicions).filter(([, found]) => found.length > 0)).toEqual([]);
      expect(happened).toEqual([]);
      expect(await view.violations()).toEqual([]);
      await view.page.context().close();
    }, 30_000);
  }
});

test('the menu of a row is that row’s, whatever its record holds', async () => {
  const id = `"],"webviewSection":"other","x":["`;
  const view = await harness.open({ snapshot: snapshot({ days: [day(DAY, [record(id)])] }) });
  const written = await view.evaluate<string>("document.querySelector('.record').dataset.vscodeContext");
  expect(JSON.parse(written)).toMatchObject({ webviewSection: 'record', recordId: id });
});
