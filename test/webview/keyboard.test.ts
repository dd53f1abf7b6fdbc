import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EDIT_STUB } from './editStub.ts';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { attempts, everyOutcome, fillLog } from './logSamples.ts';
import { day, everyState, fullSnapshot, type Scene, snapshot } from './samples.ts';
import { THEMES } from './themes.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

/** The focused element: its record, control, tab or attempt; with what is wrong about focus being there. */
const WHERE = `(() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return 'lost';
  const box = at.getBoundingClientRect();
  const isSeen = at.getClientRects().length > 0 && box.height > 4 && box.bottom > 0 && box.top < innerHeight;
  const place = at.closest('[data-record]')?.dataset.record ?? at.closest('[data-attempt]')?.dataset.attempt ?? '';
  const name = at.dataset.control ?? at.dataset.field ?? (at.classList.contains('list') ? 'list' : '');
  return (isSeen ? '' : 'out of sight: ') + place + '/' + name;
})()`;
const where = (view: OpenView): Promise<string> => view.evaluate<string>(WHERE);

async function press(view: OpenView, ...keys: string[]): Promise<void> {
  for (const key of keys) await view.page.keyboard.press(key);
}

/** Goes there with Tab alone. */
async function tabTo(view: OpenView, place: string): Promise<void> {
  for (let stops = 0; stops < 60; stops += 1) {
    if ((await where(view)) === place) return;
    await press(view, 'Tab');
  }
  throw new Error(`Tab does not lead to ${place}`);
}

/** The records without some of them. */
const without = (...ids: string[]) =>
  everyState()
    .map(({ day: date, records }) =>
      day(
        date,
        records.filter(({ id }) => !ids.includes(id)),
      ),
    )
    .filter(({ records }) => records.length > 0);
const turned = (id: string, changes: object) =>
  everyState().map((group) => ({
    ...group,
    records: group.records.map((one) => (one.id === id ? { ...one, ...changes } : one)),
  }));
const quiet = (changes: Partial<Scene> = {}): Scene => fullSnapshot({ running: null, ...changes });

interface Action {
  readonly name: string;
  readonly scene?: () => Scene;
  /** What the extension has, before anybody does anything. */
  readonly given?: (view: OpenView) => Promise<unknown>;
  /** Where Tab leads first. */
  readonly from: string;
  readonly keys: readonly string[];
  /** What the extension does about it. */
  readonly answer?: (view: OpenView) => Promise<unknown>;
  /** Where focus may be after it. */
  readonly to: RegExp;
}

const HELD = { timeIn: '12:30', timeOut: '13:10', issueKey: 'DEMO-12', notes: '', externalLink: '' };
const canEdit = async (view: OpenView): Promise<void> => {
  await view.evaluate(EDIT_STUB);
  await view.evaluate(`window.desk.hold({ syncing: ${JSON.stringify(HELD)} })`);
};
const edited = (view: OpenView) => view.page.locator('.editor:not([hidden])').waitFor({ state: 'detached' });
const beginsToEdit = (view: OpenView) => view.record('syncing').locator('[data-field="timeIn"]').waitFor();
const result = (view: OpenView) =>
  view.send({ type: 'synced', text: '1 failed', tone: 'error', failed: [{ id: 'failed', text: 'Closed' }] });
const hasLog = (view: OpenView) => fillLog(view, everyOutcome());
const ROW = /^(\w|-)+\/$/u;

const ACTIONS: readonly Action[] = [
  {
    name: 'clock in',
    scene: () => quiet(),
    from: '/clockIn',
    keys: ['Enter'],
    answer: (view) => view.show(fullSnapshot()),
    to: /^\/clockOut$/u,
  },
  { name: 'clock out', from: '/clockOut', keys: ['Enter'], answer: (view) => view.show(quiet()), to: /^\/clockIn$/u },
  {
    name: 'sync all',
    from: '/syncAll',
    keys: ['Enter'],
    answer: (view) => view.show(fullSnapshot({ sync: { done: 0, total: 4 } })),
    to: /^\/syncAll$/u,
  },
  {
    name: 'sync all, and nothing is left',
    from: '/syncAll',
    keys: ['Enter'],
    answer: (view) => view.show(fullSnapshot({ waiting: 0 })),
    to: /^\/add$/u,
  },
  {
    name: 'group by issue',
    from: '/group-issue',
    keys: ['Enter'],
    answer: (view) => view.settled(),
    to: /^\/group-issue$/u,
  },
  { name: 'open and close a row', from: 'syncing/', keys: ['Enter', 'Escape'], to: /^syncing\/$/u },
  {
    name: 'delete',
    from: 'syncing/',
    keys: ['ArrowDown', 'Delete'],
    answer: (view) => view.show(fullSnapshot({ days: without('pending') })),
    to: /^failed\/$/u,
  },
  {
    name: 'delete with the button',
    from: 'syncing/remove',
    keys: ['Enter'],
    answer: (view) => view.show(fullSnapshot({ days: without('syncing') })),
    to: /^pending\/(remove)?$/u,
  },
  {
    name: 'delete the last of a day',
    from: 'syncing/',
    keys: ['End', 'Delete'],
    answer: (view) => view.show(fullSnapshot({ days: without('old') })),
    to: /^local\/$/u,
  },
  {
    name: 'delete the only record',
    scene: () => snapshot({ days: [day('2026-11-24', everyState()[0]?.records.slice(0, 1) ?? [])] }),
    from: 'syncing/',
    keys: ['Delete'],
    answer: (view) => view.show(snapshot()),
    to: /^\/emptyAction$/u,
  },
  {
    name: 'sync one',
    from: 'syncing/',
    keys: ['ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter'],
    answer: (view) => view.show(fullSnapshot({ days: turned('pending', { state: 'syncing', canSync: false }) })),
    to: /^pending\//u,
  },
  {
    name: 'settle a conflict',
    scene: () => quiet({ days: turned('syncing', { state: 'conflict', problem: 'Changed in Jira.' }) }),
    from: 'syncing/',
    keys: ['Enter', ...Array.from({ length: 5 }, () => 'ArrowRight'), 'Enter'],
    answer: (view) => view.show(quiet({ days: turned('syncing', { state: 'synced' }) })),
    to: /^syncing\//u,
  },
  {
    name: 'save an edit',
    given: canEdit,
    from: 'syncing/',
    keys: ['F2'],
    answer: async (view) => {
      await beginsToEdit(view);
      await press(view, '9', 'Enter');
      await edited(view);
    },
    to: /^syncing\/$/u,
  },
  {
    name: 'cancel an edit',
    given: canEdit,
    from: 'syncing/',
    keys: ['F2'],
    answer: async (view) => {
      await beginsToEdit(view);
      await press(view, '9', 'Escape');
      await edited(view);
    },
    to: /^syncing\/$/u,
  },
  { name: 'select and take it back', from: 'syncing/', keys: ['x', 'Escape'], to: /^syncing\/$/u },
  {
    name: 'clear the selection',
    given: async (view) => {
      await view.record('syncing').focus();
      await press(view, 'x');
    },
    from: '/clearSelection',
    keys: ['Enter'],
    to: ROW,
  },
  {
    name: 'delete all selected',
    scene: () => quiet(),
    given: async (view) => {
      await view.record('syncing').focus();
      await press(view, 'x', 'ArrowDown', 'x');
    },
    from: '/removeSelected',
    keys: ['Enter'],
    answer: async (view) => {
      await view.show(quiet({ days: without('syncing', 'pending') }));
      await view.page.locator('.selection-bar').waitFor({ state: 'hidden' });
    },
    to: ROW,
  },
  { name: 'dismiss a result', given: result, from: '/dismissResult', keys: ['Enter'], to: ROW },
  {
    name: 'go to a failed record',
    given: result,
    from: '/goToFailed',
    keys: ['Enter'],
    answer: (view) => view.settled(),
    to: /^failed\/$/u,
  },
  {
    name: 'retry what failed',
    given: result,
    from: '/retryFailed',
    keys: ['Enter'],
    answer: (view) => view.show(fullSnapshot({ sync: { done: 0, total: 1 } })),
    to: /^\/cancelSync$/u,
  },
  {
    name: 'cancel a sync',
    scene: () => quiet({ sync: { done: 1, total: 4 } }),
    from: '/cancelSync',
    keys: ['Enter'],
    answer: (view) => view.show(quiet()),
    to: ROW,
  },
  {
    name: 'empty the search',
    from: '/search',
    keys: ['x', 'y', 'Enter', 'Escape'],
    answer: (view) => view.settled(),
    to: /^\/search$/u,
  },
  {
    name: 'go on to what was found',
    from: '/search',
    keys: ['D', 'E', 'M', 'O', 'Enter', 'ArrowDown'],
    answer: (view) => view.settled(),
    to: ROW,
  },
  { name: 'close the filters', from: '/filters', keys: ['Enter', 'Tab', 'Escape'], to: /^\/filters$/u },
  {
    name: 'take a filter away',
    from: '/filters',
    keys: ['Enter', 'Tab', 'ArrowDown', 'Escape', 'Tab', 'Enter'],
    answer: (view) => view.settled(),
    to: /^\/filters$/u,
  },
  {
    name: 'clear all filters',
    from: '/filters',
    keys: ['Enter', 'Tab', 'ArrowDown', 'Escape', 'Tab', 'Tab', 'Enter'],
    answer: (view) => view.settled(),
    to: /^\/filters$/u,
  },
  {
    name: 'clear what finds nothing',
    given: async (view) => {
      await view.page.locator('[data-control="search"]').fill('nothing like it');
      await press(view, 'Enter');
      await view.settled();
    },
    from: '/emptyAction',
    keys: ['Enter'],
    answer: (view) => view.settled(),
    to: ROW,
  },
  {
    name: 'connect',
    scene: () => quiet({ connection: { state: 'none', label: '' } }),
    from: '/connect',
    keys: ['Enter'],
    answer: (view) => view.show(quiet()),
    to: ROW,
  },
  {
    name: 'repair at the end of the page',
    scene: () => quiet({ connection: { state: 'offline', label: 'Offline' } }),
    from: '/connection',
    keys: ['Enter'],
    answer: (view) => view.show(quiet()),
    to: /^\/connection$/u,
  },
  {
    name: 'switch to the sync log',
    given: hasLog,
    from: '/tab-records',
    keys: ['ArrowRight'],
    answer: (view) => view.settled(),
    to: /^\/tab-log$/u,
  },
  {
    name: 'switch back',
    given: hasLog,
    from: '/tab-records',
    keys: ['ArrowRight', 'ArrowLeft'],
    answer: (view) => view.settled(),
    to: /^\/tab-records$/u,
  },
  {
    name: 'open and close an attempt',
    given: async (view) => {
      await hasLog(view);
      await tabTo(view, '/tab-records');
      await press(view, 'ArrowRight');
      await view.settled();
    },
    from: '7/',
    keys: ['ArrowDown', 'Enter', 'Escape'],
    to: /^6\/$/u,
  },
  {
    name: 'page through the sync log',
    given: async (view) => {
      await fillLog(view, attempts(60));
      await tabTo(view, '/tab-records');
      await press(view, 'ArrowRight');
      await view.settled();
    },
    from: '/next',
    keys: ['Enter'],
    answer: (view) => view.settled(),
    to: /^\/next$/u,
  },
];

describe('focus stays somewhere sensible, by keyboard alone:', () => {
  for (const { name, scene = () => fullSnapshot(), given, from, keys, answer, to } of ACTIONS) {
    test(name, async () => {
      const view = await harness.open({ snapshot: scene(), height: 900 });
      await given?.(view);
      await tabTo(view, from);
      await press(view, ...keys);
      await answer?.(view);
      expect(await where(view)).toMatch(to);
      expect(await view.violations()).toEqual([]);
      await view.page.context().close();
    }, 60_000);
  }
});

describe('Tab', () => {
  async function walk(view: OpenView): Promise<string[]> {
    const stops: string[] = [];
    for (let stop = 0; stop < 60; stop += 1) {
      await press(view, 'Tab');
      const at = await where(view);
      if (at === 'lost' || stops.includes(at)) break;
      stops.push(at);
    }
    return stops;
  }

  test('goes through the page from its top to its end, and through the list in one row', async () => {
    const view = await harness.open({ snapshot: fullSnapshot(), height: 900 });
    expect(await walk(view)).toEqual([
      ...['/clockOut', '/pause', '/switchIssue', '/editNotes', '/edit'],
      ...['/tab-records', '/add', '/syncAll', '/search', '/filters', '/group-day', '/group-issue'],
      ...['syncing/', 'syncing/pick', 'syncing/open', 'syncing/edit', 'syncing/remove'],
      '/connection',
    ]);
  });

  test('goes back to the row that had focus last, however many there are', async () => {
    const view = await harness.open({ days: 400 });
    await tabTo(view, 'd0-0/');
    await press(view, 'ArrowDown', 'ArrowDown', 'Shift+Tab');
    expect(await where(view)).toBe('/group-issue');
    await press(view, 'Tab');
    expect(await where(view)).toBe('d0-2/');
    expect((await walk(view)).length).toBeLessThan(8);
  });

  for (const theme of THEMES) {
    test(`shows where focus is at every stop in ${theme.name}`, async () => {
      const view = await harness.open({ snapshot: fullSnapshot(), height: 900, theme });
      const RING = `(() => {
        let at = document.activeElement;
        while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        const { outlineStyle, outlineWidth, outlineColor, borderTopColor } = getComputedStyle(at);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && outlineColor !== 'rgba(0, 0, 0, 0)' ? '' : outlineStyle + ' ' + borderTopColor;
      })()`;
      const bare: string[] = [];
      for (let stop = 0; stop < 17; stop += 1) {
        await press(view, 'Tab');
        const ring = await view.evaluate<string>(RING);
        if (ring !== '') bare.push(`${await where(view)}: ${ring}`);
      }
      expect(bare).toEqual([]);
      await view.page.context().close();
    }, 60_000);
  }
});

describe('what is read out', () => {
  /** Counts what is put into the places that are read out. */
  const LISTEN = `window.heard = [];
    new MutationObserver((changes) => {
      for (const { addedNodes, target } of changes) {
        const region = target.nodeType === 1 ? target.closest('[role="status"], [role="alert"], [aria-live]') : target.parentElement?.closest('[role="status"], [role="alert"], [aria-live]');
        if (region) for (const node of addedNodes) window.heard.push(node.textContent);
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true })`;
  const heard = (view: OpenView): Promise<string[]> => view.evaluate<string[]>('window.heard.splice(0)');

  test('is what was found, once; results and errors, once each; and not what runs', async () => {
    const view = await harness.open({ snapshot: fullSnapshot(), stopClock: true });
    await view.evaluate(LISTEN);
    await view.page.locator('[data-control="search"]').fill('receipts');
    await press(view, 'Enter');
    await view.settled();
    await view.show(fullSnapshot());
    await view.settled();
    expect(await heard(view)).toEqual(['2 records, 3:25, 3:25 not in Jira']);
    await view.send({ type: 'synced', text: '1 record synced', tone: 'info', failed: [] });
    await view.send({ type: 'said', text: 'The disk is full.', tone: 'error' });
    await view.show(fullSnapshot());
    expect(await heard(view)).toEqual(['1 record synced', 'The disk is full.']);
    const before = await view.page.locator('.elapsed').textContent();
    await view.page.clock.runFor(5_000);
    expect(await view.page.locator('.elapsed').textContent()).not.toBe(before);
    expect(await heard(view)).toEqual([]);
    // A timer is silent by its role, whatever it shows.
    expect(await view.page.locator('.elapsed').getAttribute('role')).toBe('timer');
  });
});
