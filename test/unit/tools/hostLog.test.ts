import { describe, expect, it } from 'vitest';
import { fromRoot } from '../../../tools/support/paths.ts';
import { hostLogOf, withLog } from '../../../tools/test/hostLog.ts';

const STACK = `    at run (${fromRoot('dist/extension.js')}:1:1)`;
const CONTROL = 'Error: A rejection that nobody handles, to see that it is heard';
const line = (level: string, text: string) => `${level}: ${text}`;
const troublesIn = (text: string, stack: string) => hostLogOf([line('info', 'a'), `${text}\n${stack}`]).troubles;

describe('the log of the extension host', () => {
  it.each([
    ['an error of ours that nobody handled', line('error', 'Error: x'), STACK],
    ['one that names the extension', line('error', '[timecard.timecard-for-jira] x'), ''],
    ['a rejection', line('warning', 'rejected promise not handled within 1 second: Error: x'), STACK],
  ])('tells of %s', (_, text, stack) => {
    expect(troublesIn(text, stack)).toEqual([`${text}\n${stack}`]);
  });

  it.each([
    ['other extensions', line('error', 'Error: x'), '    at run (/elsewhere/extension.js:1:1)'],
    ['what is no error', line('info', 'ExtensionService#_doActivateExtension timecard.timecard-for-jira'), ''],
    ['a log file that cannot be made', line('error', 'Timed out: /logs/timecard.timecard-for-jira/Timecard.log'), ''],
    ['the one that was left unhandled to be heard', line('error', CONTROL), STACK],
  ])('tells nothing of %s', (_, text, stack) => {
    expect(troublesIn(text, stack)).toEqual([]);
  });

  it('fails a run when it tells of something, and when it does not tell what it must', () => {
    const outcome = { passed: 1, failed: 0, output: '  ✓ a (1 ms)' };
    const control = '  ✓ bad input in the extension host hears of a rejection that nobody handles (1 ms)';
    expect(withLog(outcome, { troubles: [], toldOfControl: false })).toBe(outcome);
    expect(withLog(outcome, { troubles: ['x'], toldOfControl: false }).failed).toBe(1);
    expect(withLog({ ...outcome, output: control }, { troubles: [], toldOfControl: false }).failed).toBe(1);
    expect(withLog({ ...outcome, output: control }, { troubles: [], toldOfControl: true }).failed).toBe(0);
  });
});
