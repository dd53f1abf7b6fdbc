import path from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FromView } from '../../src/protocol/messages.ts';
import { ROOT } from './bundle.ts';
import { EDIT_STUB } from './editStub.ts';
import { type Harness, type OpenView, startHarness, type ViewOptions } from './harness.ts';
import { at, day, RUNNING, record, snapshot } from './samples.ts';
import { THEMES } from './themes.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const TODAY = '2026-11-24';
const MORNING = { timeIn: at(TODAY, '09:00'), timeOut: at(TODAY, '10:15') };
const two = () => [
  day(TODAY, [record('b', { timeIn: at(TODAY, '11:00'), timeOut: at(TODAY, '12:00') }), record('a', MORNING)]),
];
const HELD = { timeIn: '9:00 AM', timeOut: '10:15 AM', issueKey: 'DEMO-7', notes: 'Before', externalLink: '' };

/** A view whose extension knows the texts of record `a`. */
async function desk(options: ViewOptions = {}): Promise<OpenView> {
  const view = await harness.open({ snapshot: snapshot({ days: two(), running: RUNNING }), ...options });
  await view.page.addInitScript(EDIT_STUB);
  await view.evaluate(EDIT_STUB);
  await view.evaluate(`window.desk.hold({ a: ${JSON.stringify(HELD)} })`);
  return view;
}

async function reload(view: OpenView): Promise<void> {
  await view.page.reload();
  await view.show(snapshot({ days: two(), running: RUNNING }));
}

const field = (view: OpenView, name: string) =>
  view.record('a').getByRole(name === 'Issue' ? 'combobox' : 'textbox', { name, exact: true });
const editor = (view: OpenView) => view.record('a').getByRole('group', { name: 'Edit' });
const focused = (view: OpenView): Promise<string> =>
  view.evaluate<string>('document.activeElement.dataset.field ?? document.activeElement.className');
const press = (view: OpenView, key: string): Promise<void> => view.page.keyboard.press(key);

async function openEditor(view: OpenView, key = 'F2'): Promise<void> {
  await view.record('a').focus();
  await press(view, key);
  await editor(view).waitFor();
  await field(view, 'Start').waitFor();
}

const saves = async (view: OpenView): Promise<Extract<FromView, { type: 'save' }>[]> =>
  (await view.posts()).filter((post) => post.type === 'save');

describe('the editor in a row', () => {
  for (const way of ['F2', 'e', 'the pencil']) {
    test(`opens with ${way}, with focus in the first field`, async () => {
      const view = await desk();
      await view.record('a').hover();
      if (way === 'the pencil') await view.record('a').locator('[data-control="edit"]').click();
      else await openEditor(view, way);
      await field(view, 'Start').waitFor();
      expect(await focused(view)).toBe('timeIn');
      const values = Object.fromEntries(
        await Promise.all(
          ['Start', 'End', 'Issue', 'Notes', 'Link'].map(async (name) => [name, await field(view, name).inputValue()]),
        ),
      );
      expect(values).toEqual({ Start: '9:00 AM', End: '10:15 AM', Issue: 'DEMO-7', Notes: 'Before', Link: '' });
      await view.page.context().close();
    });
  }

  test('opens when it is chosen from the row’s menu', async () => {
    const view = await desk();
    await view.record('b').focus();
    await view.send({ type: 'startEdit', id: 'a' });
    await field(view, 'Start').waitFor();
    expect(await focused(view)).toBe('timeIn');
  });

  test('saves with Enter what was typed, and focus goes back to the row', async () => {
    const view = await desk();
    await openEditor(view);
    await view.page.keyboard.type('9:15');
    await press(view, 'Tab');
    expect(await focused(view)).toBe('timeOut');
    await press(view, 'Enter');
    await editor(view).waitFor({ state: 'detached' });
    expect(await saves(view)).toMatchObject([{ id: 'a', typed: { timeIn: '9:15' }, began: { timeIn: '9:00 AM' } }]);
    expect(await view.focus()).toBe('a/');
    expect(await view.page.getByRole('status').filter({ hasText: 'Saved' }).count()).toBe(1);
  });

  test('saves notes of many lines with Ctrl+Enter; Enter alone is a new line', async () => {
    const view = await desk();
    await openEditor(view);
    await field(view, 'Notes').focus();
    await press(view, 'End');
    await press(view, 'Enter');
    await view.page.keyboard.type('After');
    await press(view, 'Control+Enter');
    await editor(view).waitFor({ state: 'detached' });
    expect(await saves(view)).toMatchObject([{ typed: { notes: 'Before\nAfter' }, began: { notes: 'Before' } }]);
  });

  test('asks nothing of the extension when nothing was changed', async () => {
    const view = await desk();
    await openEditor(view);
    await press(view, 'Enter');
    await editor(view).waitFor({ state: 'detached' });
    expect(await saves(view)).toEqual([]);
    expect(await view.focus()).toBe('a/');
  });

  test('Escape gives up what was typed, and focus goes back to the row', async () => {
    const view = await desk();
    await openEditor(view);
    await view.page.keyboard.type('nonsense');
    await press(view, 'Escape');
    await editor(view).waitFor({ state: 'detached' });
    expect(await view.focus()).toBe('a/');
    await openEditor(view);
    expect(await field(view, 'Start').inputValue()).toBe('9:00 AM');
    expect(await saves(view)).toEqual([]);
  });

  test('keys of the row do nothing while somebody types', async () => {
    const view = await desk();
    await openEditor(view);
    await view.takePosts();
    for (const key of ['Delete', 'e', ' ', 'Home', 'ArrowDown', 'Backspace']) await press(view, key);
    expect((await view.takePosts()).map(({ type }) => type).filter((type) => type !== 'check')).toEqual([]);
    expect(await focused(view)).toBe('timeIn');
  });

  test('says what was understood, what is wrong and what to be aware of beside each field', async () => {
    const view = await desk();
    await view.evaluate(`window.desk.checked = {
      problems: { timeOut: 'Must be after the start' },
      warnings: { timeIn: 'Overlaps DEMO-9, 9:00–9:30' },
      understood: { timeIn: 'Tue, Nov 24, 2026, 9:15 AM' },
    }`);
    await openEditor(view);
    const end = field(view, 'End');
    await view.page.getByText('Must be after the start').waitFor();
    expect(await end.getAttribute('aria-invalid')).toBe('true');
    expect(await field(view, 'Start').getAttribute('aria-invalid')).toBeNull();
    const described = async (name: string): Promise<string[]> => {
      const ids = ((await field(view, name).getAttribute('aria-describedby')) ?? '').split(' ');
      const notes = await Promise.all(
        ids.map((id) => view.page.locator(`[id="${id}"]:not([hidden])`).allTextContents()),
      );
      return notes.flat();
    };
    expect(await described('End')).toEqual(['Must be after the start']);
    expect(await described('Start')).toEqual(['Overlaps DEMO-9, 9:00–9:30', 'Tue, Nov 24, 2026, 9:15 AM']);
    await view.evaluate('window.desk.checked = { problems: {}, warnings: {}, understood: {} }');
    await end.fill('10:30');
    await view.page.getByText('Must be after the start').waitFor({ state: 'hidden' });
    expect(await end.getAttribute('aria-invalid')).toBeNull();
  });

  test('stays open when saving is refused, with focus where the problem is', async () => {
    const view = await desk();
    await view.evaluate(`window.desk.saved = { problems: { issueKey: 'Must be an issue key' }, general: null }`);
    await openEditor(view);
    await field(view, 'Issue').fill('nonsense');
    await field(view, 'Start').focus();
    await press(view, 'Enter');
    await view.page.getByText('Must be an issue key').first().waitFor();
    expect(await focused(view)).toBe('issueKey');
    await view.evaluate(`window.desk.saved = { problems: {}, general: 'Another window is writing.' }`);
    await press(view, 'Enter');
    await editor(view).getByText('Another window is writing.').waitFor();
    await view.evaluate(`window.desk.saved = { problems: {}, general: null }`);
    await press(view, 'Enter');
    await editor(view).waitFor({ state: 'detached' });
    expect(await saves(view)).toHaveLength(3);
  });

  test('sends a save once, however often Enter is pressed', async () => {
    const view = await desk();
    await openEditor(view);
    await view.evaluate('window.desk.holdsSaves = true');
    await view.page.keyboard.type('9:15');
    for (let n = 0; n < 3; n += 1) await press(view, 'Enter');
    await view.settled();
    expect(await saves(view)).toHaveLength(1);
    await view.page.keyboard.type('9');
    expect(await field(view, 'Start').inputValue()).toBe('9:15');
  });

  test('of the running record has no end', async () => {
    const view = await desk();
    await view.evaluate(
      `window.desk.held.running = { timeIn: '14:14', issueKey: 'DEMO-7', notes: '', externalLink: '' }`,
    );
    const timer = view.page.getByRole('region', { name: 'Timer' });
    await timer.getByRole('button', { name: 'Edit', exact: true }).click();
    await timer.getByRole('textbox', { name: 'Start' }).fill('14:00');
    expect(await timer.getByRole('textbox', { name: 'End' }).count()).toBe(0);
    await press(view, 'Enter');
    await timer.getByRole('group', { name: 'Edit' }).waitFor({ state: 'hidden' });
    expect(await saves(view)).toMatchObject([{ id: 'running', typed: { timeIn: '14:00' } }]);
    expect(await view.focus()).toBe('/edit');
  });
});

describe('choosing an issue', () => {
  const options = (view: OpenView) => view.page.getByRole('option');

  async function typed(): Promise<OpenView> {
    const view = await desk();
    await view.evaluate(`window.desk.issues = [
      { key: 'DEMO-8', summary: 'Checkout: guests', statusCategory: 'new' },
      { key: 'DEMO-9', summary: '<img src=x onerror="window.pwned=1">', statusCategory: 'done' },
    ]`);
    await openEditor(view);
    await field(view, 'Issue').fill('checkout');
    await options(view).first().waitFor();
    return view;
  }

  test('goes by arrows and Enter, and Enter then does not save', async () => {
    const view = await typed();
    const input = field(view, 'Issue');
    expect(await input.getAttribute('aria-expanded')).toBe('true');
    expect(await options(view).allTextContents()).toEqual([
      'DEMO-8Checkout: guests',
      'DEMO-9<img src=x onerror="window.pwned=1">',
    ]);
    await press(view, 'ArrowDown');
    await press(view, 'ArrowDown');
    const marked = await input.getAttribute('aria-activedescendant');
    expect(await view.page.locator(`[id="${marked}"]`).getAttribute('data-key')).toBe('DEMO-9');
    await press(view, 'ArrowUp');
    await press(view, 'Enter');
    expect(await input.inputValue()).toBe('DEMO-8');
    expect(await input.getAttribute('aria-expanded')).toBe('false');
    expect(await saves(view)).toEqual([]);
    expect(await view.evaluate('window.pwned')).toBeUndefined();
    await press(view, 'Enter');
    await editor(view).waitFor({ state: 'detached' });
    expect(await saves(view)).toMatchObject([{ typed: { issueKey: 'DEMO-8' } }]);
  });

  test('closes with Escape before the editor does', async () => {
    const view = await typed();
    await press(view, 'Escape');
    expect(await options(view).count()).toBe(0);
    expect(await field(view, 'Issue').inputValue()).toBe('checkout');
    await press(view, 'Escape');
    await editor(view).waitFor({ state: 'detached' });
  });

  test('goes by click', async () => {
    const view = await typed();
    await options(view).nth(1).click();
    expect(await field(view, 'Issue').inputValue()).toBe('DEMO-9');
    expect(await focused(view)).toBe('issueKey');
  });

  test('offers recent issues on arrow down, and says why there are no more', async () => {
    const view = await desk();
    await view.evaluate(`window.desk.issues = []; window.desk.note = 'Jira cannot be reached'`);
    await openEditor(view);
    await field(view, 'Issue').focus();
    await press(view, 'ArrowDown');
    await view.page.getByText('Jira cannot be reached').waitFor();
    expect((await view.posts()).findLast(({ type }) => type === 'suggest')).toMatchObject({ text: '' });
  });

  test('shows only the newest answer', async () => {
    const view = await desk();
    await view.evaluate('window.desk.holdsSuggestions = true');
    await openEditor(view);
    await field(view, 'Issue').fill('a');
    await field(view, 'Issue').fill('ab');
    const answer = (request: number, key: string) =>
      view.send({
        type: 'suggested',
        request,
        issues: [{ key, summary: '', statusCategory: null }],
        isBusy: false,
        note: null,
      });
    const [older, newer] = (await view.posts()).flatMap((post) => (post.type === 'suggest' ? [post.request] : []));
    await answer(newer ?? 0, 'NEW-1');
    await answer(older ?? 0, 'OLD-1');
    expect(await options(view).allTextContents()).toEqual(['NEW-1']);
  });
});

test('a save that takes its time does not take focus from where the user is by then', async () => {
  const view = await desk();
  await openEditor(view);
  await view.evaluate('window.desk.holdsSaves = true');
  await field(view, 'Notes').fill('Slowly');
  await field(view, 'Start').focus();
  await press(view, 'Enter');
  const [save] = await saves(view);
  await view.page.locator('[data-control="search"]').focus();
  await view.send({ type: 'saved', request: save?.request, problems: {}, general: null });
  await editor(view).waitFor({ state: 'detached' });
  expect(await view.focus()).toBe('/search');
});

describe('what was typed', () => {
  test('is there again after a reload, with the row open, and is saved with what it began from', async () => {
    const view = await desk();
    await openEditor(view);
    await view.page.keyboard.type('9:2');
    await field(view, 'Notes').fill('Long thoughts');
    await reload(view);
    await field(view, 'Start').waitFor();
    expect(await field(view, 'Start').inputValue()).toBe('9:2');
    expect(await field(view, 'Notes').inputValue()).toBe('Long thoughts');
    await field(view, 'Start').focus();
    await press(view, 'End');
    await view.page.keyboard.type('0');
    await press(view, 'Enter');
    await editor(view).waitFor({ state: 'detached' });
    expect(await saves(view)).toMatchObject([
      { typed: { timeIn: '9:20', notes: 'Long thoughts' }, began: { timeIn: '9:00 AM', notes: 'Before' } },
    ]);
    await reload(view);
    expect(await editor(view).count()).toBe(0);
  });

  test('and is left behind in a row is marked there until it is saved or given up', async () => {
    const view = await desk({ width: 500 });
    const mark = view.record('a').getByText('Edit not saved');
    await openEditor(view);
    await field(view, 'Notes').fill('Long thoughts');
    expect(await mark.isVisible()).toBe(false);
    await view.record('b').locator('.range').click();
    await mark.waitFor();
    expect(await view.record('a').getAttribute('aria-label')).toContain('Edit not saved');
    expect(await view.record('b').getByText('Edit not saved').isVisible()).toBe(false);
    await reload(view);
    await mark.waitFor();
    await view.record('a').locator('.range').click();
    await field(view, 'Notes').waitFor();
    expect(await mark.isVisible()).toBe(false);
    await field(view, 'Notes').focus();
    await press(view, 'Escape');
    await view.record('b').locator('.range').click();
    expect(await mark.isVisible()).toBe(false);
    expect(await view.record('a').getAttribute('aria-label')).not.toContain('Edit not saved');
  });

  test.each([
    '{"drafts":[{"id":3}]}',
    '{"drafts":"x","openRecord":"a"}',
    '{"drafts":[{"id":"a","began":{"timeIn":5},"typed":{}}]}',
    '[]',
  ])('is forgotten when it makes no sense: %s', async (state) => {
    const view = await desk();
    await view.evaluate(`sessionStorage.setItem('state', ${JSON.stringify(state)})`);
    await reload(view);
    expect(await view.record('a').isVisible()).toBe(true);
    expect(await editor(view).count()).toBe(0);
  });

  test('stays while the list changes around it, with the cursor where it was', async () => {
    const view = await desk();
    await openEditor(view);
    await field(view, 'Notes').fill('Thinking');
    await view.evaluate('document.activeElement.setSelectionRange(2, 5)');
    const [today] = two();
    await view.show(
      snapshot({ days: [day(TODAY, [record('new', { timeIn: at(TODAY, '13:00') }), ...(today?.records ?? [])])] }),
    );
    expect(await focused(view)).toBe('notes');
    expect(
      await view.evaluate(
        '(({ value, selectionStart, selectionEnd }) => [value, selectionStart, selectionEnd])(document.activeElement)',
      ),
    ).toEqual(['Thinking', 2, 5]);
  });

  test('stays when its row scrolls away and comes back', async () => {
    const view = await desk();
    await view.fill(400, 10);
    await view.evaluate(`window.desk.held['d0-2'] = ${JSON.stringify(HELD)}`);
    await view.record('d0-2').focus();
    await press(view, 'F2');
    const notes = view.record('d0-2').getByRole('textbox', { name: 'Notes' });
    await notes.fill('Thinking');
    await view.evaluate('document.activeElement.blur()');
    await view.evaluate('window.scrollTo(0, 40000)');
    await view.settled();
    await view.evaluate('window.scrollTo(0, 0)');
    await view.settled();
    expect(await notes.inputValue()).toBe('Thinking');
  });

  test('is set beside what was changed elsewhere meanwhile, and the user chooses', async () => {
    const view = await desk();
    await openEditor(view);
    await field(view, 'End').fill('10:20');
    await field(view, 'Notes').fill('Mine');
    await view.evaluate(
      `window.desk.held.a = { ...window.desk.held.a, timeOut: '10:30', notes: 'Theirs', issueKey: 'DEMO-9' }`,
    );
    await view.show(snapshot({ days: two() }));
    await view.page.getByText('Changed elsewhere to 10:30').waitFor();
    expect(await field(view, 'Issue').inputValue()).toBe('DEMO-9');
    await field(view, 'End').focus();
    await press(view, 'Enter');
    await view.settled();
    expect(await saves(view)).toEqual([]);
    await view.button('End: Use that').click();
    expect(await field(view, 'End').inputValue()).toBe('10:30');
    await view.button('Notes: Keep mine').click();
    expect(await view.page.getByText('Changed elsewhere').filter({ visible: true }).count()).toBe(0);
    await field(view, 'End').focus();
    await press(view, 'Enter');
    await editor(view).waitFor({ state: 'detached' });
    expect(await saves(view)).toMatchObject([{ typed: { notes: 'Mine' }, began: { notes: 'Theirs' } }]);
  });

  test('can be copied when the record was deleted, until that is closed', async () => {
    const view = await desk();
    await openEditor(view);
    await field(view, 'Notes').fill('An hour of thoughts');
    await view.evaluate('window.desk.hold({})');
    await view.show(snapshot({ days: [day(TODAY, [record('b')])] }));
    const lost = view.page.getByRole('textbox', { name: /was deleted/u });
    expect(await lost.inputValue()).toBe('Notes: An hour of thoughts');
    await view.page.reload();
    await view.evaluate('window.desk.hold({})');
    await view.show(snapshot({ days: [day(TODAY, [record('b')])] }));
    expect(await lost.inputValue()).toBe('Notes: An hour of thoughts');
    await view.button('Close').click();
    expect(await lost.count()).toBe(0);
    expect(await view.focus()).not.toBe('/body');
  });

  test('is text, whatever it holds', async () => {
    const evil = '<img src=x onerror="window.pwned=1"> \u202e javascript:1';
    const view = await desk();
    await view.evaluate(
      `window.desk.held.a = { ...window.desk.held.a, notes: ${JSON.stringify(evil)}, issueKey: ${JSON.stringify(evil)} }`,
    );
    await view.evaluate(
      `window.desk.checked = { problems: { timeIn: ${JSON.stringify(evil)} }, warnings: { notes: ${JSON.stringify(evil)} }, understood: {} }`,
    );
    await openEditor(view);
    await view.page.getByText('<img').first().waitFor();
    expect(await field(view, 'Notes').inputValue()).toBe(evil);
    expect(await view.page.locator('main img').count()).toBe(0);
    expect(await view.evaluate('window.pwned')).toBeUndefined();
    expect(await view.violations()).toEqual([]);
  });

  test('is refused when it is ten megabytes, without freezing', async () => {
    const view = await desk();
    await openEditor(view);
    await field(view, 'Notes').focus();
    const took = await view.evaluate<number>(`(() => {
      const data = new DataTransfer();
      data.setData('text/plain', 'x'.repeat(10 * 1024 * 1024));
      const start = performance.now();
      const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      const taken = document.activeElement.dispatchEvent(event);
      return taken ? Infinity : performance.now() - start;
    })()`);
    expect(took).toBeLessThan(500);
    await view.page.getByText('This is too long').waitFor();
    expect(await field(view, 'Notes').inputValue()).toBe('Before');
    await view.page.keyboard.type('!');
    expect(await view.page.getByText('This is too long').count()).toBe(0);
  });
});

describe('what axe finds serious', () => {
  const SERIOUS = `axe.run({ include: ['.editor', '.lost-drafts'] }, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))`;

  for (const theme of THEMES) {
    test(`is nothing in ${theme.name}, with problems, warnings, a conflict and issues to choose from`, async () => {
      const view = await desk({ theme });
      await view.evaluate(`window.desk.checked = {
        problems: { timeOut: 'Must be after the start' },
        warnings: { timeIn: 'Overlaps DEMO-9, 9:00–9:30' },
        understood: { timeIn: 'Tue, Nov 24, 2026, 9:15 AM' },
      }; window.desk.issues = [{ key: 'DEMO-8', summary: 'Checkout: guests', statusCategory: 'new' }]`);
      await openEditor(view);
      await field(view, 'Notes').fill('Mine');
      await view.evaluate("window.desk.held.a = { ...window.desk.held.a, notes: 'Theirs' }");
      await view.show(snapshot({ days: two() }));
      await view.page.getByText('Changed elsewhere to Theirs').waitFor();
      await field(view, 'Issue').fill('check');
      await view.page.getByRole('option').first().waitFor();
      await press(view, 'ArrowDown');
      await view.page.screenshot({ path: path.join(ROOT, 'screenshots/webview', `editing-${theme.name}.png`) });
      await view.page.evaluate(axe.source);
      expect(await view.evaluate(SERIOUS)).toEqual([]);
      await press(view, 'Escape');
      await view.evaluate('window.desk.hold({})');
      await view.show(snapshot({ days: [day(TODAY, [record('b')])] }));
      await view.button('Close').waitFor();
      expect(await view.evaluate(SERIOUS)).toEqual([]);
      await view.page.context().close();
    });
  }
});

describe('width', () => {
  const OVERFLOW = `[...document.querySelectorAll('.editor *')]
    .filter((node) => node.getClientRects().length > 0)
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5 || node.getBoundingClientRect().left < -0.5)
    .map((node) => node.className)`;

  test.each([200, 300, 900])('nothing of the editor is wider than %d px', async (width) => {
    const long = 'w'.repeat(300);
    const view = await desk({ width, fontSize: '20px' });
    await view.evaluate(`window.desk.hold({ a: { ...window.desk.held.a, notes: '${long}', issueKey: '${long}' } });
      window.desk.checked = { problems: { timeIn: '${long}' }, warnings: { timeOut: '${long}' }, understood: { timeOut: '${long}' } }`);
    await openEditor(view);
    await view.page.getByText(long).first().waitFor();
    await field(view, 'Notes').fill('x');
    await view.evaluate(`window.desk.held.a = { ...window.desk.held.a, notes: '${long.replaceAll('w', 'v')}' }`);
    await view.show(snapshot({ days: two() }));
    await view.page.getByText('Changed elsewhere to').waitFor();
    expect(await view.evaluate(OVERFLOW)).toEqual([]);
    await view.page.context().close();
  });
});
