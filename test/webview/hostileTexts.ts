import type { AttemptRow } from '../../src/protocol/log.ts';
import { WHOLE_LOG } from '../../src/protocol/log.ts';
import { attempt } from './logSamples.ts';
import { at, day, RUNNING, record, type Scene, snapshot } from './samples.ts';

/** Texts that try to be more than a text. */
export const HOSTILE: Readonly<Record<string, string>> = {
  'an image that cannot load': '<img src=x onerror="window.pwned=1">',
  'a script': '<script>window.pwned=1</script><svg onload="window.pwned=1"><style>*{display:none}</style>',
  'the end of an attribute': `" onmouseover="window.pwned=1" style="display:none" x='" autofocus onfocus=window.pwned=1 `,
  'a link of a command': '<a href="command:workbench.action.quit">a</a> [a](command:workbench.action.quit)',
  'a javascript link': 'javascript:window.pwned=1',
  'a javascript link in disguise': ' \u0001JaVa\tScR\nipt:window.pwned=1//https://example.com',
  'a data link': 'data:text/html,<script>window.pwned=1</script>',
  'a vbscript link': 'VBScript:MsgBox(1)',
  'a link in markdown': '[press](javascript:window.pwned=1) ![x](https://evil.example/x.png) **b**',
  'the address of a picture': 'https://evil.example/x.png',
  'overrides of direction': '\u202e\u2067\u2066\u202d evil \u2069\u2069\u2069\u202c\u202c',
  'characters without width': '\u200b\ufeffe\u200dv\u200ci\u2060l\u00ad',
  'half characters': '\ud83d evil \ude00\udc00 \ud800',
  'a name of the language': '__proto__',
  'another name of the language': 'constructor',
  placeholders: '{0} {1} {2} $& $1 %s $&',
  'the end of a JSON text': '"}],"preventDefaultContextMenuItems":false,"webviewSection":"other","x":[{"',
  'a selector': '"] , * { } [x="',
  'lines and tabs': 'a\r\n\t\v\f\u0000\u2028\u2029\u0085b',
};

export const DAY = '2026-11-24';

/** A page on which every text that is not our own is this one. */
export function sceneOf(text: string): Scene {
  const hostile = {
    notes: text,
    summary: text,
    issueKey: text,
    issueStatus: text,
    problem: text,
    branch: text,
    zone: text,
    externalLink: text,
  };
  return snapshot({
    running: { ...RUNNING, ...hostile, state: 'local' },
    branchKey: text,
    days: [
      day(DAY, [
        record('failed', { ...hostile, state: 'failed' }),
        record('conflict', { ...hostile, timeIn: at(DAY, '07:00'), timeOut: at(DAY, '08:00'), state: 'conflict' }),
      ]),
      day('2026-11-23', [record('plain', { day: '2026-11-23', summary: null, notes: text, issueKey: null })]),
    ],
    waiting: 2,
    connection: { state: 'problem', label: text, problem: text, lastSuccessAt: 0, off: [text, text] },
    notice: text,
  });
}

export function attemptsOf(text: string): AttemptRow[] {
  const hostile = { error: text, record: text, worklogId: text, issueKey: text };
  return [attempt(2, { ...hostile, recordId: 'failed', canRetry: true }), attempt(1, { ...hostile, recordId: text })];
}

/** What was kept of a page on which this had been typed and chosen. */
export function savedOf(text: string): object {
  const part = text.slice(0, 90);
  return {
    activeRecord: part,
    openRecord: part,
    spot: { id: part, group: part, index: 3, top: 10 },
    period: part,
    choice: { grouping: 'day', text: '', issueKey: '', project: '', from: '', to: '', state: 'all' },
    drafts: [
      { id: 'gone', began: { notes: 'x' }, typed: { notes: text, issueKey: text, externalLink: text, timeIn: text } },
    ],
    tabs: { tab: 'records', choice: { ...WHOLE_LOG, issueKey: part }, page: 0, size: 50, open: null },
    __proto__: { polluted: text },
  };
}
