// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are the subject
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rounding } from '../../../src/core/ports.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { MAX_COMMENT, worklogContent } from '../../../src/core/worklogContent.ts';

const START = Date.parse('2026-11-23T09:00:00.250Z');
const OFF: Rounding = { mode: 'off', stepMinutes: 15, minimumMinutes: 0 };
const UP: Rounding = { mode: 'up', stepMinutes: 15, minimumMinutes: 0 };

function record(changes: Partial<TimeRecord> = {}): TimeRecord {
  return {
    id: 'r1',
    timeIn: START,
    timeOut: START + 600_000,
    zone: 'Europe/Berlin',
    notes: '',
    externalLink: null,
    source: 'timer',
    branch: 'feature/PROJ-1-login',
    commits: [],
    connectionId: null,
    issueKey: 'PROJ-1',
    worklog: null,
    intent: 'mirror',
    attempt: 'none',
    lookFirst: false,
    problem: null,
    lastSyncedAt: null,
    createdAt: START,
    updatedAt: START,
    deletedAt: null,
    ...changes,
  };
}

const comment = (changes: Partial<TimeRecord>, template = '') =>
  worklogContent(record(changes), OFF, template)?.comment;

describe('worklogContent', () => {
  it('keeps the start to the millisecond and rounds the duration', () => {
    expect(worklogContent(record(), UP, '')).toMatchObject({ startedMs: START, seconds: 900 });
    expect(worklogContent(record(), OFF, '')).toMatchObject({ startedMs: START, seconds: 600 });
  });

  it('is nothing while the record runs or comes to less than a minute', () => {
    expect(worklogContent(record({ timeOut: null }), UP, '')).toBeUndefined();
    expect(worklogContent(record({ timeOut: START + 59_999 }), OFF, '')).toBeUndefined();
    expect(worklogContent(record({ timeOut: START + 60_000 }), OFF, '')?.seconds).toBe(60);
    expect(worklogContent(record({ timeOut: START + 1_000 }), UP, '')?.seconds).toBe(900);
  });

  it('takes the notes before the template', () => {
    expect(comment({ notes: ' Reviewed $1 ${issue} \r\n\tit ' }, 'On ${branch}')).toBe('Reviewed $1 ${issue} \n\tit');
    expect(comment({ notes: ' \n' }, 'On ${branch} for ${issue}, ${issue}')).toBe(
      'On feature/PROJ-1-login for PROJ-1, PROJ-1',
    );
  });

  it('gives a template with notes the say over the notes', () => {
    const template = '${notes}\nOn ${branch}';
    expect(comment({ notes: ' Reviewed\nit ' }, template)).toBe('Reviewed\nit\nOn feature/PROJ-1-login');
    expect(comment({ notes: ' ' }, template)).toBe('On feature/PROJ-1-login');
    expect(comment({ notes: 'Reviewed', branch: null }, '[${branch}]${notes}')).toBe('[]Reviewed');
    expect(comment({ notes: '', branch: null }, template)).toBe('Tracked with Timecard');
  });

  it('joins the commits of the stretch, each once', () => {
    const at = (seconds: number, subject: string) => ({
      at: Math.floor(START / 1000) * 1000 + seconds * 1000,
      subject,
    });
    const commits = [at(-1, 'Before'), at(0, 'Fix login'), at(60, 'Test it'), at(90, 'Fix login'), at(601, 'After')];
    expect(comment({ commits }, '${issue}: ${commits}\n- ${commits}')).toBe(
      'PROJ-1: Fix login; Test it\n- Fix login; Test it',
    );
    expect(comment({ commits: [] }, 'Worked on ${issue}\n${commits}')).toBe('Worked on PROJ-1');
    expect(comment({ commits, notes: 'Mine' }, '${commits}')).toBe('Mine');
  });

  it('does not fill in what it filled in', () => {
    expect(comment({ branch: 'a/${issue}$&' }, '${branch}')).toBe('a/${issue}$&');
  });

  it('drops a line whose placeholders are all empty, and is never blank', () => {
    expect(comment({ branch: null }, 'Work ${branch}')).toBe('Tracked with Timecard');
    expect(comment({ branch: null }, 'On ${branch}\nFor ${issue}\n\nAll: ${issue} ${branch}')).toBe(
      'For PROJ-1\n\nAll: PROJ-1',
    );
    expect(comment({ branch: null }, '${branch}')).toBe('Tracked with Timecard');
    expect(comment({}, ' \u0000 ')).toBe('Tracked with Timecard');
  });

  it('drops control characters but not line ends and tabs', () => {
    expect(comment({ notes: 'a\u0000b\u001b[1m\n\tc\u0085\u007f' })).toBe('ab[1m\n\tc');
  });

  it('cuts at what Jira takes, never through a character', () => {
    const notes = `a${'😀'.repeat(20_000)}`;
    const result = comment({ notes }) ?? '';
    expect(result.length).toBe(MAX_COMMENT);
    expect(notes.startsWith(result)).toBe(true);
    const odd = comment({ notes: notes.slice(1) }) ?? '';
    expect(odd.length).toBe(MAX_COMMENT - 1);
    expect(odd.endsWith('😀')).toBe(true);
  });

  it('is filled no further than Jira takes, however often a template repeats a placeholder', () => {
    const notes = 'n'.repeat(32_767);
    expect(comment({ notes }, ' \n${notes}'.repeat(20_000))).toBe(notes);
    expect(comment({ notes: 'Reviewed' }, '${notes} '.repeat(20_000))).toBe('Reviewed '.repeat(3_641).slice(0, 32_767));
  });

  it('is something Jira takes, whatever the notes and the template', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(text, text, (notes, template) => {
        const result = comment({ notes }, template) ?? '';
        expect(result.trim()).not.toBe('');
        expect(result).not.toMatch(/\p{Surrogate}|(?![\t\n])\p{Cc}/u);
      }),
    );
  });
});
