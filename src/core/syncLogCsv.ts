import type { SyncAttempt } from './records.ts';

/** What of an attempt the file tells. */
export type SyncLogRow = Pick<
  SyncAttempt,
  | 'startedAt'
  | 'finishedAt'
  | 'issueKey'
  | 'recordId'
  | 'action'
  | 'status'
  | 'worklogId'
  | 'httpStatus'
  | 'reason'
  | 'error'
>;

const COLUMNS: readonly (readonly [name: string, cell: (row: SyncLogRow) => string])[] = [
  ['time', ({ startedAt }) => isoOf(startedAt)],
  ['issue', ({ issueKey }) => issueKey],
  ['record', ({ recordId }) => recordId],
  ['action', ({ action }) => action],
  ['outcome', ({ status }) => status],
  ['worklog id', ({ worklogId }) => worklogId ?? ''],
  ['HTTP status', ({ httpStatus }) => (httpStatus === null ? '' : String(httpStatus))],
  ['milliseconds', (row) => String(attemptMs(row) ?? '')],
  ['reason', ({ reason }) => reason ?? ''],
  ['error', ({ error }) => error ?? ''],
];

/** Without it, Excel takes the file for the machine's old code page. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * A spreadsheet runs what begins with one of these signs, full-width ones too. It may begin a cell in the middle of
 * ours: where the list separator is a semicolon, our quotes do not hold such a cell together.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const SIGN = /[=+\-@＝＋－＠]/;
const BEFORE_SIGN = /[\s"]/;
const BREAK = /[;\t\r\n]/;
/** Most texts begin with a letter or a digit and break nowhere. */
const MAY_RUN = /^[\s"=+\-@＝＋－＠]|[;\t\r\n]/;

/**
 * The sync log as CSV (RFC 4180, UTF-8 with a byte order mark): a header, then a line for each attempt, in the order
 * given. Times are ISO 8601 in UTC; unknown values are empty. What a spreadsheet would run as a formula gets an
 * apostrophe before it.
 */
export function syncLogCsv(rows: readonly SyncLogRow[]): string {
  const header = COLUMNS.map(([name]) => name);
  const lines = [header, ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  return BYTE_ORDER_MARK + lines.map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

function cellText(value: string): string {
  const harmless = MAY_RUN.test(value) ? withApostrophes(value) : value;
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Looks from the end on, so that one pass tells of every place whether only blanks and quotes precede a sign there. */
function withApostrophes(value: string): string {
  const backwards: string[] = [];
  let runs = false;
  for (let at = value.length - 1; at >= 0; at -= 1) {
    const character = value.charAt(at);
    runs = SIGN.test(character) || (runs && BEFORE_SIGN.test(character));
    backwards.push(character);
    if (runs && (at === 0 || BREAK.test(value.charAt(at - 1)))) backwards.push("'");
  }
  return backwards.reverse().join('');
}

function isoOf(instant: number): string {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/**
 * How long an attempt took, in ms; `undefined` while it is open, when the clock was put back meanwhile, and for a window
 * that was closed before Jira answered.
 */
export function attemptMs({
  startedAt,
  finishedAt,
  status,
}: Pick<SyncLogRow, 'startedAt' | 'finishedAt' | 'status'>): number | undefined {
  if (finishedAt === null || finishedAt < startedAt) return undefined;
  const wasClosed = status === 'unknown' && finishedAt === startedAt;
  return wasClosed ? undefined : finishedAt - startedAt;
}
