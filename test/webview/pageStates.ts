/* Everything the page can look like, for tests that go through all of it. */
import { EDIT_STUB } from './editStub.ts';
import type { Harness, OpenView } from './harness.ts';
import { everyOutcome, fillLog } from './logSamples.ts';
import { at, day, everyState, fullSnapshot, record, type Scene, snapshot } from './samples.ts';
import type { Theme } from './themes.ts';

export interface PageState {
  readonly name: string;
  /** `null`: the extension has not answered yet. */
  readonly scene: () => Scene | null;
  /** Does what leads from the scene to the state. */
  readonly prepare?: (view: OpenView) => Promise<unknown>;
}

const HELD = { timeIn: '10:20 AM', timeOut: '12:00 PM', issueKey: 'DEMO-7', notes: 'Before', externalLink: '' };

const press = async (view: OpenView, ...keys: string[]): Promise<void> => {
  for (const key of keys) await view.page.keyboard.press(key);
};

async function edit(view: OpenView, script = ''): Promise<void> {
  await view.evaluate(EDIT_STUB);
  await view.evaluate(`window.desk.hold({ pending: ${JSON.stringify(HELD)} }); ${script}`);
  await view.record('pending').focus();
  await press(view, 'F2');
  await view.record('pending').locator('[data-field="timeIn"]').waitFor();
  await view.settled();
}

async function open(view: OpenView, id: string): Promise<void> {
  await fillLog(view, everyOutcome());
  await view.record(id).focus();
  await press(view, 'Enter');
  await view.settled();
}

async function select(view: OpenView): Promise<void> {
  await view.record('pending').focus();
  await press(view, 'x', 'ArrowDown', 'x');
  await view.settled();
}

async function log(view: OpenView, rows = everyOutcome()): Promise<void> {
  await fillLog(view, rows);
  await view.page.locator('[data-control="tab-log"]').click();
  await view.settled();
}

async function find(view: OpenView, text: string): Promise<void> {
  await view.page.locator('[data-control="search"]').fill(text);
  await press(view, 'Enter');
  await view.settled();
}

const FAILURES = [
  { id: 'failed', text: 'OPS-311: Jira refused the worklog: the issue is closed and its workflow allows no edits.' },
  { id: 'unknown', text: 'DEMO-9: No answer from example.atlassian.net within 30 s.' },
];
const failed = (view: OpenView): Promise<void> =>
  view.send({ type: 'synced', text: '3 records synced, 2 failed', tone: 'error', failed: FAILURES });

/** Each state of a record that the others have not, and texts in other scripts. */
function oddRecords(): Scene {
  const today = '2026-11-24';
  return snapshot({
    days: [
      day(today, [
        record('queued', {
          state: 'queued',
          canSync: false,
          overlaps: true,
          timeIn: at(today, '12:00'),
          timeOut: at(today, '13:00'),
        }),
        record('rtl', {
          summary: 'שלום, עולם 7: דף התשלום',
          notes: 'ملاحظات من اليمين إلى اليسار، 12:30',
          branch: 'feature/DEMO-7-שלום',
          externalLink: 'https://example.org/a/long/link/that/has/no/end/at/all/and/goes/on/and/on?with=more&and=more',
        }),
        record('foreign', { zone: 'Asia/Tokyo', issueKey: `${'LONG'.repeat(6)}-123456`, notes: 'w'.repeat(300) }),
      ]),
    ],
  });
}

export const PAGE_STATES: readonly PageState[] = [
  { name: 'skeleton', scene: () => null },
  { name: 'nothing yet', scene: () => snapshot({ branchKey: 'DEMO-7' }) },
  { name: 'records by day', scene: () => fullSnapshot() },
  {
    name: 'records by issue',
    scene: () => fullSnapshot({ todayTargetSeconds: 28_800, weekTargetSeconds: 144_000 }),
    prepare: (view) => view.page.locator('[data-control="group-issue"]').click(),
  },
  { name: 'odd records', scene: oddRecords, prepare: (view) => open(view, 'rtl') },
  { name: 'focused row', scene: () => fullSnapshot(), prepare: (view) => view.record('failed').focus() },
  { name: 'hovered row', scene: () => fullSnapshot(), prepare: (view) => view.record('failed').hover() },
  { name: 'failed, open', scene: () => fullSnapshot({ running: null }), prepare: (view) => open(view, 'failed') },
  { name: 'conflict, open', scene: () => fullSnapshot({ running: null }), prepare: (view) => open(view, 'conflict') },
  { name: 'synced, open', scene: () => fullSnapshot({ running: null }), prepare: (view) => open(view, 'synced') },
  { name: 'editing', scene: () => fullSnapshot({ running: null }), prepare: (view) => edit(view) },
  {
    name: 'editing with problems',
    scene: () => fullSnapshot({ running: null }),
    prepare: (view) =>
      edit(
        view,
        `window.desk.checked = {
          problems: { timeOut: 'Must be after the start' },
          warnings: { timeIn: 'Overlaps DEMO-9, 9:00–9:30' },
          understood: { timeIn: 'Tue, Nov 24, 2026, 9:15 AM' },
        }`,
      ),
  },
  {
    name: 'choosing an issue',
    scene: () => fullSnapshot({ running: null }),
    async prepare(view) {
      await edit(
        view,
        `window.desk.issues = [
          { key: 'DEMO-8', summary: 'Checkout: guests', statusCategory: 'new' },
          { key: 'DEMO-9', summary: 'Receipts by mail for everybody who ever bought something', statusCategory: 'done' },
          { key: 'OPS-311', summary: 'Rotate the staging certificates', statusCategory: 'indeterminate' },
        ]; window.desk.note = 'Jira cannot be reached: recent issues only'`,
      );
      await view.record('pending').locator('[data-field="issueKey"]').fill('check');
      await view.page.getByRole('option').first().waitFor();
      await press(view, 'ArrowDown');
    },
  },
  { name: 'selection', scene: () => fullSnapshot(), prepare: select },
  {
    name: 'syncing',
    scene: () => fullSnapshot({ running: null, branchKey: 'DEMO-7', sync: { done: 2, total: 5 } }),
    prepare: select,
  },
  {
    name: 'result with failures',
    scene: () => fullSnapshot({ waitingOf: { failed: 1, unknown: 1, conflict: 1 } }),
    prepare: failed,
  },
  {
    name: 'result without',
    scene: () => fullSnapshot({ waiting: 0 }),
    prepare: (view) => view.send({ type: 'synced', text: '3 records synced', tone: 'info', failed: [] }),
  },
  {
    name: 'filter panel',
    scene: () => fullSnapshot(),
    async prepare(view) {
      await view.page.locator('[data-control="filters"]').click();
      await view.page.locator('[data-control="filter-period"]').selectOption('own');
      await view.page.locator('[data-control="filter-from"]').fill('2026-11-24');
      await view.page.locator('[data-control="filter-to"]').fill('2026-11-20');
      await view.page.locator('[data-control="filter-state"]').selectOption('failed');
      await view.settled();
    },
  },
  {
    name: 'found by filters',
    scene: () => fullSnapshot(),
    async prepare(view) {
      await view.page.locator('[data-control="filters"]').click();
      await view.page.locator('[data-control="filter-project"]').selectOption('DEMO');
      await view.page.locator('[data-control="filter-period"]').selectOption('month');
      await press(view, 'Escape');
      await view.settled();
    },
  },
  { name: 'nothing found', scene: () => fullSnapshot(), prepare: (view) => find(view, 'no such words') },
  {
    name: 'all in Jira',
    scene: () =>
      snapshot({
        days: everyState()
          .slice(2)
          .map((group) => ({ ...group, records: group.records.slice(1) })),
      }),
    async prepare(view) {
      await view.page.locator('[data-control="filters"]').click();
      await view.page.locator('[data-control="filter-state"]').selectOption('waiting');
      await view.settled();
    },
  },
  {
    name: 'not connected',
    scene: () => snapshot({ branchKey: 'DEMO-7', days: everyState(), connection: { state: 'none', label: '' } }),
  },
  {
    name: 'signed out, with a notice',
    scene: () =>
      fullSnapshot({
        connection: { state: 'signedOut', label: 'Signed out of example.atlassian.net', off: ['jira.example.org'] },
        notice: 'The time records were damaged and yesterday’s backup was restored. The damaged file is beside it.',
      }),
  },
  {
    name: 'offline',
    scene: () =>
      fullSnapshot({
        connection: {
          state: 'offline',
          label: 'Offline: example.atlassian.net cannot be reached',
          problem: 'No answer from example.atlassian.net within 30 s.',
          lastSuccessAt: Date.parse('2026-11-24T09:00:00Z'),
        },
      }),
  },
  {
    name: 'something wrong',
    scene: () =>
      fullSnapshot({
        connection: {
          state: 'problem',
          label: 'Something is wrong with example.atlassian.net',
          problem: 'Unknown certificate.',
        },
      }),
  },
  { name: 'sync log', scene: () => fullSnapshot({ running: null }), prepare: (view) => log(view) },
  { name: 'sync log, empty', scene: () => fullSnapshot({ running: null }), prepare: (view) => log(view, []) },
  {
    name: 'sync log, an attempt open',
    scene: () => fullSnapshot({ running: null }),
    async prepare(view) {
      await log(view);
      await view.page.locator('[data-attempt="4"]').click();
      await view.settled();
    },
  },
];

/** Opens the page in a state. */
export async function openState(
  harness: Harness,
  state: PageState,
  options: { readonly width: number; readonly height?: number; readonly theme?: Theme; readonly fontSize?: string },
): Promise<OpenView> {
  const view = await harness.open({ height: 900, ...options, snapshot: state.scene() });
  await state.prepare?.(view);
  return view;
}

/** Changes the editor's theme while the page is open, as somebody does in the editor. */
export async function dress(view: OpenView, theme: Theme): Promise<void> {
  await view.evaluate(`(({ colors, classes, kind }) => {
    const { style } = document.documentElement;
    for (const name of [...style].filter((one) => one.startsWith('--vscode-'))) style.removeProperty(name);
    for (const [name, value] of Object.entries(colors)) style.setProperty('--vscode-' + name, value);
    for (const one of [...document.body.classList]) if (one.startsWith('vscode-')) document.body.classList.remove(one);
    document.body.classList.add(...classes);
    document.body.dataset.vscodeThemeKind = kind;
  })(${JSON.stringify(theme)})`);
  // The toolkit follows in the next frame, and colours may take a moment to change.
  await view.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await view.evaluate(
    'Promise.all(document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations === 1).map((one) => one.finished.catch(() => undefined)))',
  );
}
