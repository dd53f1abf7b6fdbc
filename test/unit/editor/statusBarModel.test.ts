import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMAND_IDS } from '../../../src/editor/commands/ids.ts';
import {
  type StatusBarState,
  statusBarView,
  TOOLTIP_COMMANDS,
  type Translate,
  troubleAfter,
} from '../../../src/editor/statusBar/model.ts';
import { labelOf, markdownOf, oneLine } from '../../../src/editor/statusBar/plainText.ts';

const t: Translate = (message, ...values) => message.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)]));

const NOW = Date.parse('2026-03-11T15:00:00Z');
const MINUTE = 60_000;
const idle: StatusBarState = {
  now: NOW,
  locale: 'en-GB',
  zone: 'Europe/Berlin',
  running: undefined,
  branchKey: null,
  branchWhy: '',
  totals: { todaySeconds: 3_600, weekSeconds: 36_000, targets: null, waiting: 2 },
  trouble: undefined,
};

function running(minutes: number, more: Partial<StatusBarState> = {}): StatusBarState {
  const timer = { issueKey: 'PROJ-123', summary: 'Checkout', timeIn: NOW - minutes * MINUTE };
  return { ...idle, running: timer, ...more };
}

function linksIn(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(command:([^)]*)\)/g)].map((match) => match[1] ?? '');
}

/** Markdown as it is read: character references become characters. */
function read(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

describe('the text', () => {
  it.each<[string, StatusBarState, string]>([
    ['nothing known', idle, '$(clock) Clock in'],
    ['before the database loads', { ...idle, totals: undefined, branchKey: 'PROJ-7' }, '$(clock) Clock in PROJ-7'],
    ['just started', running(0), '$(stop-circle) PROJ-123 0:00'],
    ['a millisecond before the minute', running(0, { now: NOW + MINUTE - 1 }), '$(stop-circle) PROJ-123 0:00'],
    ['the minute', running(1), '$(stop-circle) PROJ-123 0:01'],
    ['long', running(25 * 60 + 5), '$(stop-circle) PROJ-123 25:05'],
    ['the clock was set back', running(-90), '$(stop-circle) PROJ-123 0:00'],
    [
      'without an issue',
      { ...idle, running: { issueKey: null, summary: null, timeIn: NOW - 65 * MINUTE } },
      '$(stop-circle) No issue 1:05',
    ],
  ])('%s', (_, state, expected) => {
    expect(statusBarView(state, t).text).toBe(expected);
  });

  it.each([
    [{ kind: 'signedOut', site: 'example.atlassian.net' } as const, 'Signed out'],
    [{ kind: 'newer', message: 'Newer.' } as const, 'Read only'],
    [{ kind: 'unsaved', message: 'Full.' } as const, 'Not saved'],
    [{ kind: 'unreadable', message: 'Gone.' } as const, 'Cannot read records'],
  ])('keeps the timer beside trouble %o', (trouble, word) => {
    const view = statusBarView(running(5, { trouble }), t);
    expect(view.text).toBe(`$(stop-circle) PROJ-123 0:05 $(warning) ${word}`);
    expect(view.warning).toBe(true);
    expect(view.accessibleLabel).toContain('Clock out of PROJ-123');
    expect(statusBarView({ ...idle, trouble }, t).text).toBe(`$(clock) Clock in $(warning) ${word}`);
  });

  it.each(['+02:00', 'Etc/Unknown'])('is there in zone %s too, whatever the platform can write', (zone) => {
    expect(read(statusBarView(running(5, { zone }), t).tooltip)).toMatch(/1\d:55/);
  });

  it('has no warning colour without trouble', () => {
    expect(statusBarView(running(5), t).warning).toBe(false);
  });
});

describe('the accessible label', () => {
  it.each<[StatusBarState, string]>([
    [idle, 'Timecard: Clock in'],
    [{ ...idle, branchKey: 'PROJ-7' }, 'Timecard: Clock in on PROJ-7'],
    [
      running(65, { running: { issueKey: null, summary: null, timeIn: NOW - 65 * MINUTE } }),
      'Timecard: Clock out, no issue, running for 1 h 5 min',
    ],
    [running(65), 'Timecard: Clock out of PROJ-123, running for 1 h 5 min'],
  ])('says what a click does, without icons', (state, expected) => {
    expect(statusBarView(state, t).accessibleLabel).toBe(expected);
  });
});

describe('the tooltip', () => {
  it('says the issue, since when, the totals and what waits, and links to three commands', () => {
    const { tooltip } = statusBarView(running(65), t);
    expect(read(tooltip)).toContain('**PROJ-123** Checkout');
    expect(read(tooltip)).toContain('Running since 14:55');
    expect(read(tooltip)).toContain('Today 1:00 · This week 10:00');
    expect(read(tooltip)).toContain('2 records wait for Jira');
    expect(linksIn(tooltip)).toEqual(['timecard.switchIssue', 'timecard.editNotes', 'timecard.openHistory']);
  });

  it('says the date when the record did not begin today', () => {
    expect(read(statusBarView(running(24 * 60), t).tooltip)).toContain('Running since 10 Mar 2026, 16:00');
  });

  it.each([
    [{ todaySeconds: 28_800, weekSeconds: 144_000 }, 'Today 5:20 of 8:00 · This week 21:00 of 40:00'],
    [{ todaySeconds: 0, weekSeconds: 144_000 }, 'Today 5:20 · This week 21:00 of 40:00'],
    [null, 'Today 5:20 · This week 21:00\n'],
  ])('says how far one is with the targets %j', (targets, text) => {
    const totals = { todaySeconds: 19_200, weekSeconds: 75_600, targets, waiting: 0 };
    expect(read(statusBarView({ ...idle, totals }, t).tooltip)).toContain(text);
  });

  it('says why the branch suggests a key, and offers the history, when nothing runs', () => {
    const { tooltip } = statusBarView({ ...idle, branchKey: 'PROJ-7', branchWhy: 'From feature/PROJ-7-x' }, t);
    expect(read(tooltip)).toContain('**Clock in on PROJ-7**');
    expect(read(tooltip)).toContain('From feature/PROJ-7-x');
    expect(linksIn(tooltip)).toEqual(['timecard.openHistory']);
  });

  it.each([
    [0, 'Nothing waits for Jira'],
    [1, '1 record waits for Jira'],
    [12, '12 records wait for Jira'],
  ])('counts %i waiting', (waiting, text) => {
    const totals = { todaySeconds: 0, weekSeconds: 0, targets: null, waiting };
    expect(read(statusBarView({ ...idle, totals }, t).tooltip)).toContain(text);
  });

  it('says why they wait', () => {
    const waitingOf = { failed: 2, unknown: 1, conflict: 1 };
    const totals = { todaySeconds: 0, weekSeconds: 0, targets: null, waiting: 4, waitingOf };
    const { tooltip } = statusBarView({ ...idle, totals }, t);
    expect(read(tooltip)).toContain('4 records wait for Jira (2 failed, 1 to check) · 1 changed in Jira');
  });

  it('offers to sign in again when signed out', () => {
    const trouble = { kind: 'signedOut', site: 'example.atlassian.net' } as const;
    const { tooltip } = statusBarView(running(5, { trouble }), t);
    expect(read(tooltip)).toContain('Signed out of example.atlassian.net');
    expect(linksIn(tooltip)).toContain('timecard.connect');
  });

  it('shows the whole message about the database', () => {
    const message = `The disk is full. ${'x'.repeat(300)} Free some space.`;
    const { tooltip } = statusBarView(running(5, { trouble: { kind: 'unsaved', message } }), t);
    expect(read(tooltip)).toContain(message);
  });

  it('links only to commands of this extension', () => {
    for (const command of Object.values(TOOLTIP_COMMANDS)) expect(COMMAND_IDS).toContain(command);
  });

  it.each([
    '[click](command:timecard.connect)',
    '<command:timecard.connect>',
    '<a href="command:timecard.connect">x</a>',
    'https://evil.example',
    'www.evil.example',
    'mail@evil.example',
    '![](https://evil.example/x.png)',
    '\\[x\\](command:timecard.connect)',
    '&#91;x](command:timecard.connect)',
    '# heading\n\n- item\n1. item\n> quote\n```code```\n|a|b|\n|-|-|',
    '$(trash) ~~x~~ **x** _x_',
    '[x]: command:timecard.connect',
  ])('takes %j from outside as plain text', (text) => {
    const plain = running(5);
    const state = running(5, {
      branchWhy: text,
      trouble: { kind: 'newer', message: text },
      running: { issueKey: 'PROJ-123', summary: text, timeIn: plain.now },
    });
    const { tooltip } = statusBarView(state, t);
    expect(linksIn(tooltip)).toEqual(linksIn(statusBarView(plain, t).tooltip));
    expect(read(tooltip)).toContain(oneLine(text));
    expect(tooltip).not.toMatch(/evil\.|<|https:|command:timecard\.connect/);
    expect(tooltip.match(/\$\(/g)).toHaveLength(1);
  });
});

describe('text from outside', () => {
  it('becomes markdown without a single active character, and reads the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 150 }), (text) => {
        const markdown = markdownOf(text);
        expect(markdown.replace(/&#\d+;/g, '')).not.toMatch(/[!-/:-@[-`{-~\n\r]/);
        expect(read(markdown)).toBe(oneLine(text));
      }),
    );
  });

  it('loses line ends, control characters and direction overrides, and stays within its limit', () => {
    expect(oneLine(' a\n\n b\u0007\u202ec\u2028d ')).toBe('a b c d');
    expect([...oneLine('😀'.repeat(300), 10)]).toHaveLength(10);
    expect(oneLine('x'.repeat(5_000))).toHaveLength(200);
  });

  it('cannot become an icon in a label', () => {
    expect(labelOf('$(trash)')).not.toContain('$(');
  });
});

describe('trouble with the database', () => {
  const unsaved = { kind: 'unsaved', message: 'Full.' } as const;
  const newer = { kind: 'newer', message: 'Newer.' } as const;

  it('goes when everything is saved, and only then', () => {
    expect(troubleAfter({ kind: 'unsaved', message: 'Full.' }, undefined)).toEqual(unsaved);
    expect(troubleAfter({ kind: 'restored', message: 'Back.' }, unsaved)).toEqual(unsaved);
    expect(troubleAfter({ kind: 'saved', message: 'Saved.' }, unsaved)).toBeUndefined();
    expect(troubleAfter({ kind: 'saved', message: 'Saved.' }, newer)).toEqual(newer);
  });
});
