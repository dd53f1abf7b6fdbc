import { EVERYTHING } from '../../../src/protocol/list.ts';
import { WHOLE_LOG } from '../../../src/protocol/log.ts';
import type { RecordRow, ToView } from '../../../src/protocol/messages.ts';
import type { Saved } from '../../../webview-ui/src/saved.ts';

type OneOfEach = { readonly [T in ToView['type']]: Omit<Extract<ToView, { type: T }>, 'type'> };

const DAY = '2026-11-23';
const SUMS = { count: 1, seconds: 3_600, loggedSeconds: 0 };
const ROW: RecordRow = {
  ...{ id: 'r1', timeIn: 0, timeOut: 3_600_000, zone: 'Europe/Berlin', day: DAY, notes: 'a', externalLink: null },
  ...{ branch: 'feature/PROJ-1', issueKey: 'PROJ-1', summary: 'Login', issueStatus: 'To do', statusCategory: 'new' },
  ...{ hasIssueUrl: true, state: 'pending', problem: null, lastSyncedAt: null, canSync: true, hasWorklog: false },
  overlaps: false,
};
const LIST = {
  ...{ version: 1, choice: EVERYTHING, stale: false, rows: [{ group: DAY, from: 0, records: [ROW] }] },
  outline: { ...SUMS, groups: [{ ...SUMS, key: DAY }], weeks: [{ ...SUMS, key: DAY, days: 1 }], projects: ['PROJ'] },
};

/** One message of the extension of each kind; a kind that is missing does not compile. */
const ONE_OF_EACH: OneOfEach = {
  snapshot: {
    snapshot: {
      ...{
        version: 1,
        locale: 'en',
        zone: 'Europe/Berlin',
        weekStart: 1,
        running: ROW,
        branchKey: null,
        texts: { a: 'b' },
      },
      ...{ resumable: { issueKey: null, notes: '' }, todaySeconds: 0, weekSeconds: 0, waiting: 1, notice: null },
      ...{ todayTargetSeconds: null, weekTargetSeconds: 0, connection: { state: 'connected', label: 'Mia' } },
      sync: { done: 0, total: 1 },
    },
    list: LIST,
  },
  list: { list: LIST },
  ids: { request: 1, ids: ['r1'], seconds: [1] },
  found: { request: 1, place: { group: DAY, index: 0 } },
  said: { text: 'a', tone: 'info' },
  startEdit: { id: 'r1' },
  editing: { request: 1, typed: { notes: 'a' } },
  checked: { request: 1, problems: { timeIn: 'a' }, warnings: {}, understood: {} },
  saved: { request: 1, problems: {}, general: null },
  suggested: { request: 1, issues: [{ key: 'PROJ-1', summary: 'a', statusCategory: null }], isBusy: false, note: null },
  synced: { text: 'a', tone: 'error', failed: [{ id: 'r1', text: 'b' }] },
  logged: {
    ...{ request: 1, total: 1 },
    rows: [
      {
        ...{ id: 1, recordId: 'r1', issueKey: 'PROJ-1', action: 'create', status: 'failed', worklogId: null },
        ...{ startedAt: 0, ms: 1, httpStatus: 400, error: 'a', record: 'b', canRetry: true },
      },
    ],
  },
  showTab: { tab: 'log', recordId: 'r1' },
};
export const TO_VIEW: readonly object[] = Object.entries(ONE_OF_EACH).map(([type, parts]) => ({ type, ...parts }));

export const SAVED: Saved = {
  ...{ activeRecord: 'r1', openRecord: null, choice: { ...EVERYTHING, text: 'login' }, period: 'week' },
  spot: { id: 'r1', group: DAY, index: 0, top: 12.5 },
  drafts: [{ id: 'r1', began: { notes: 'a' }, typed: { notes: 'b', timeIn: '9:00' } }],
  tabs: { tab: 'log', choice: WHOLE_LOG, page: 2, size: 100, open: 7 },
};

const text = (words: string) => ({ type: 'text', text: words, marks: [{ type: 'strong' }] });
const paragraph = (words: string) => ({ type: 'paragraph', content: [text(words)] });
const item = { type: 'listItem', content: [paragraph('c')] };

/** A comment as somebody may have written it in Jira. */
export const DOCUMENT = {
  ...{ type: 'doc', version: 1 },
  content: [
    paragraph('a'),
    { type: 'paragraph', content: [{ type: 'mention', attrs: { id: '1', text: '@Mia' } }, { type: 'hardBreak' }] },
    { type: 'bulletList', content: [item] },
    { type: 'orderedList', attrs: { order: 1 }, content: [item] },
    { type: 'table', content: [{ type: 'tableRow', content: [{ type: 'tableCell', content: [paragraph('d')] }] }] },
    { type: 'rule' },
  ],
};
