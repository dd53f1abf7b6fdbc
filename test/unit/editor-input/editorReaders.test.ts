import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Log } from '../../../src/core/ports.ts';
import { describeReaders } from '../input/everyReader.ts';
import { runs } from '../input/runs.ts';
import type { Reader } from '../input/timing.ts';

vi.mock('vscode', async () => (await import('../editor/vscodeStub.ts')).vscodeStub());
const { parseTime } = await import('../../../src/editor/timeInput.ts');
const { fromLine, toLine } = await import('../../../src/editor/notesBox.ts');
const { redact } = await import('../../../src/editor/redact.ts');
const { errorToast, problemBeside, toastText } = await import('../../../src/editor/errorText.ts');
const { TimecardError } = await import('../../../src/core/errors.ts');
const { labelOf, markdownOf, oneLine } = await import('../../../src/editor/statusBar/plainText.ts');
const { clientIdOf, settingReader } = await import('../../../src/editor/settings.ts');
const { recordTarget } = await import('../../../src/editor/commands/arguments.ts');
const { createLog } = await import('../../../src/editor/log.ts');

const context = { zone: 'Europe/Berlin', now: Date.UTC(2026, 10, 23, 12) };
const quiet = () => undefined;
const log: Log = createLog({ info: quiet, warn: quiet, error: quiet });

/** Everything of the editor's room that reads what somebody else wrote. */
const READERS: readonly (readonly [name: string, read: Reader])[] = [
  ['a time', (text) => parseTime(text, context)],
  ['a time after its hour', (text) => parseTime(`9:15${text}`, context)],
  ['a time after its day', (text) => parseTime(`yesterday${text}9:15`, context)],
  ['a time with a day to be on', (text) => parseTime(text, { ...context, day: '2026-10-25' })],
  ['a way back', (text) => parseTime(`-1h${text}`, context)],
  ['notes in a box', (text) => [fromLine(text), toLine(text), fromLine(toLine(text))]],
  ['a line of the log', (text) => [redact(text), log.error(text, new Error(text))]],
  ['an error for a toast', (text) => [toastText(text), errorToast(new TimecardError('invalid', text))]],
  ['an error beside a field', (text) => problemBeside(new TimecardError('invalid', `notes: ${text}`))],
  ['a text in a tooltip', (text) => [markdownOf(text), oneLine(text)]],
  ['a text in a label', (text) => labelOf(text)],
  ['a site in a setting', (text) => clientIdOf({ [text]: 'id' }, 'https://jira.example.com')],
  ['an estimate in a setting', (text) => settingReader(() => text, log)('jira.estimate')],
  ['a client id in a setting', (text) => settingReader(() => text, log)('oauth.cloudClientId')],
  ['a time of day in a setting', (text) => settingReader(() => text, log)('clockOutAt')],
  ['the record that a command is for', (text) => [recordTarget('id', text), recordTarget('id', { recordId: text })]],
];

describeReaders(READERS);

describe('a setting', () => {
  const names = [
    ...(['jira.estimate', 'jira.visibility', 'jira.sites', 'oauth.dataCenterClientIds', 'oauth.redirectUri'] as const),
    ...(['rounding.mode', 'rounding.stepMinutes', 'targets', 'sync.time', 'issueKeyPattern', 'weekStart'] as const),
  ];

  it('of any kind and any value is read, or its default is, with one line in the log', () => {
    const value = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withSparseArray: true });
    fc.assert(
      fc.property(fc.constantFrom(...names), value, (name, given) => {
        const warnings: string[] = [];
        const read = settingReader(() => given, { warn: (message) => warnings.push(message) });
        expect(read(name)).toEqual(read(name));
        expect(warnings.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: runs(500) },
    );
  });
});
