import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import type { Log } from '../../../src/core/ports.ts';
import { nearly, wrongParts } from '../input/changes.ts';
import { describeReaders } from '../input/everyReader.ts';
import { runs } from '../input/runs.ts';
import type { Reader } from '../input/timing.ts';

/** What the user's settings hold. */
const configured = vi.hoisted((): Record<string, unknown> => ({}));
vi.mock('vscode', async () => ({
  ...(await import('../editor/vscodeStub.ts')).vscodeStub(),
  workspace: { getConfiguration: () => ({ get: (name: string) => configured[name] }) },
}));
const { parseTime } = await import('../../../src/editor/timeInput.ts');
const { fromLine, toLine } = await import('../../../src/editor/notesBox.ts');
const { redact } = await import('../../../src/editor/redact.ts');
const { errorToast, problemBeside, toastText } = await import('../../../src/editor/errorText.ts');
const { TimecardError } = await import('../../../src/core/errors.ts');
const { labelOf, markdownOf, oneLine } = await import('../../../src/editor/statusBar/plainText.ts');
const { clientIdOf, createSettings, estimateChange, SETTINGS, settingReader } = await import(
  '../../../src/editor/settings.ts'
);
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
  ['who sees worklogs, in a setting', (text) => visibilityFor({ [text]: null, '*': { type: 'role', value: text } })],
  ['an estimate’s kind in a setting', (text) => estimateChange(text, text)],
  ['a time of day in a setting', (text) => settingReader(() => text, log)('clockOutAt')],
  ['the record that a command is for', (text) => [recordTarget('id', text), recordTarget('id', { recordId: text })]],
];

describeReaders(READERS);

/** As it is read when a worklog of project WEB is sent. */
function visibilityFor(given: unknown) {
  configured['jira.visibility'] = given;
  return createSettings({ warn: quiet }).visibility('WEB');
}

type SettingName = keyof typeof SETTINGS;

const Manifest = v.object({
  contributes: v.object({
    configuration: v.array(v.object({ properties: v.record(v.string(), v.looseObject({ default: v.unknown() })) })),
  }),
});
const { configuration } = v.parse(Manifest, JSON.parse(readFileSync('package.json', 'utf8'))).contributes;
const declared = new Map(configuration.flatMap(({ properties }) => Object.entries(properties)));
const ajv = new Ajv({ strict: false });
const NAMES = Object.keys(SETTINGS) as SettingName[];
const declarations = new Map(
  NAMES.map((name) => {
    const schema = declared.get(`timecard.${name}`) ?? { default: undefined };
    return [name, { fits: ajv.compile(schema), byDefault: schema.default }] as const;
  }),
);

/** Values that fit, where the default is not all there is to say. */
const GOOD: Partial<Record<SettingName, unknown>> = {
  'jira.estimate': '1d 4h30m',
  'jira.sites': ['https://jira.example.com', 'https://x.atlassian.net'],
  'oauth.dataCenterClientIds': { 'https://jira.example.com': 'abc-123', 'https://other.example.com/jira': 'id' },
  targets: { monday: 8, tuesday: 7.5, friday: 4 },
  'remind.start': '09:00',
  clockOutAt: '17:30',
  issueKeyPattern: '[A-Z]+-\\d+',
};

describe('a setting', () => {
  it.each(NAMES)('%s of any value is read as declared, or its default is, with one line in the log', (name) => {
    const declaration = declarations.get(name);
    const value = fc.oneof(wrongParts, nearly([GOOD[name] ?? SETTINGS[name].fallback]));
    fc.assert(
      fc.property(value, (given) => {
        const warnings: string[] = [];
        const read = settingReader(() => given, { warn: (message) => warnings.push(message) });
        const answer = read(name);
        expect([answer, declaration?.fits(answer)]).toEqual([answer, true]);
        if (warnings.length > 0) expect(answer).toEqual(declaration?.byDefault);
        read(name);
        expect(warnings.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: runs(50) },
    );
  });
});

/** What is refused before anything is sent, naming the setting. */
function refusal(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TimecardError)) throw error;
    expect([error.reason, error.outcome]).toEqual(['invalid', 'notSent']);
    expect(error.message).toMatch(/timecard\.jira\.(visibility|adjustEstimate)/);
    return 'refused';
  }
}

describe('a setting that decides what others see or what is left to do', () => {
  const ROLE = { type: 'role', value: 'Developers' };
  const GROUP = { type: 'group', value: ' staff ' };
  const entries: readonly unknown[] = [ROLE, GROUP, null];

  it('shows a worklog to whom the entry names, to everybody for null, and is refused otherwise', () => {
    const isNamed = ajv.compile({
      type: 'object',
      properties: { type: { enum: ['group', 'role'] }, value: { type: 'string', pattern: '\\S', maxLength: 257 } },
      required: ['type', 'value'],
    });
    const key = fc.constantFrom('WEB', ' web ', '*');
    fc.assert(
      fc.property(key, fc.oneof(nearly(entries), fc.constantFrom(...entries)), (name, entry) => {
        const answer = refusal(() => visibilityFor({ OTHER: ROLE, [name]: entry }));
        if (entry === null) expect(answer).toBeUndefined();
        else if (answer === 'refused') expect([ROLE, GROUP]).not.toContainEqual(entry);
        else {
          expect(isNamed(entry)).toBe(true);
          const { type, value } = entry as typeof ROLE;
          expect(answer).toEqual({ type, value: value.trim() });
        }
      }),
      { numRuns: runs(500) },
    );
  });

  it('shows a worklog to nobody it should not, whatever the whole setting is', () => {
    const whole = fc.oneof(wrongParts, nearly([{ WEB: ROLE, '*': GROUP }, { WEB: null }]));
    fc.assert(
      fc.property(whole, (given) => {
        const answer = refusal(() => visibilityFor(given));
        const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
        if (!isObject && given !== undefined) expect(answer).toBe('refused');
        // Everybody sees it only where no entry says otherwise.
        const said = isObject ? Object.entries(given).filter(([name]) => ['WEB', '*'].includes(name.trim())) : [];
        if (answer === undefined) expect(said.every(([name, entry]) => entry === null || name !== 'WEB')).toBe(true);
      }),
      { numRuns: runs(500) },
    );
  });

  it('changes an estimate as it says, and is refused otherwise', () => {
    const kinds = ['auto', 'leave', 'new', 'manual'];
    const given = fc.oneof(wrongParts, fc.constantFrom(...kinds, 'Auto', ' new', 'manual '));
    fc.assert(
      fc.property(given, wrongParts, (kind, estimate) => {
        Object.assign(configured, { 'jira.adjustEstimate': kind, 'jira.estimate': estimate });
        const answer = refusal(() => createSettings({ warn: quiet }).adjustEstimate());
        if (kind === undefined) expect(answer).toEqual({ kind: 'auto' });
        else if (typeof kind !== 'string' || !kinds.includes(kind)) expect(answer).toBe('refused');
        else expect(answer).toMatchObject({ kind });
      }),
      { numRuns: runs(500) },
    );
  });
});
