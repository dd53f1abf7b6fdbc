import type { Credentials } from '../../src/core/jiraPorts.ts';

/** One line of the table. */
export interface CheckRow {
  readonly name: string;
  readonly result: 'pass' | 'FAIL' | 'skipped';
  readonly milliseconds: number;
  /** What Jira was seen to do. */
  readonly seen: string;
}

const WIDTHS = { name: 24, result: 7, milliseconds: 7 } as const;

export const TABLE_HEAD = line('Check', 'Result', 'ms', 'Seen');

/** One row of the table, on one line, without the token. */
export function tableLine({ name, result, milliseconds, seen }: CheckRow, credentials: Credentials): string {
  const time = result === 'skipped' ? '' : String(milliseconds);
  return withoutToken(line(name, result, time, seen.replace(/\s+/g, ' ').trim()), credentials);
}

/** How many passed, for the last line. */
export function addUp(rows: readonly CheckRow[]): { readonly ok: boolean; readonly text: string } {
  const count = (result: CheckRow['result']) => rows.filter((row) => row.result === result).length;
  const failed = count('FAIL');
  const skipped = count('skipped');
  const text = `${count('pass')} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
  return { ok: rows.length > 0 && failed === 0 && skipped === 0, text };
}

/** Any text without the token, plain or as the header carries it. */
export function withoutToken(text: string, credentials: Credentials): string {
  const { token } = credentials;
  const secrets = credentials.type === 'pat' ? [token] : [token, basic(credentials.email, token)];
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

function basic(email: string, token: string): string {
  return Buffer.from(`${email}:${token}`, 'utf8').toString('base64');
}

function line(name: string, result: string, milliseconds: string, seen: string): string {
  const { name: first, result: second, milliseconds: third } = WIDTHS;
  return `${name.padEnd(first)}  ${result.padEnd(second)}  ${milliseconds.padStart(third)}  ${seen}`.trimEnd();
}
