import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { newRecord } from '../../../src/core/newRecord.ts';
import { hourCycleOf } from '../../../src/protocol/hourCycle.ts';
import { timesFor } from '../../../webview-ui/src/format.ts';

const editor = vi.hoisted(() => ({ language: 'en' }));
vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  return { ...stub, env: editor };
});
const { exampleTime, formatTimeInput, parseTime } = await import('../../../src/editor/timeInput.ts');
const { textsOf, understand } = await import('../../../src/editor/sidebar/typedFields.ts');
const { formatClock } = await import('../../../src/editor/format.ts');

const LANGUAGES = ['en', 'en-US', 'en-GB', 'de', 'ja', 'ar', 'fa', 'he', 'hi', 'ko', 'zh-TW'] as const;
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Monrovia',
  'Pacific/Apia',
  'UTC',
] as const;
/** Tuesday, 24 November 2026, 15:00 in Berlin. */
const NOW = Date.parse('2026-11-24T14:00:00Z');

const language = fc.constantFrom(...LANGUAGES);
const zone = fc.constantFrom(...ZONES);
const anyTime = fc.integer({ min: Date.UTC(2000, 0, 1), max: NOW - 100_000_000 });
/** Within hours of when the clocks of Berlin or New York go back or forward. */
const nearChange = fc
  .tuple(
    fc.constantFrom('2026-10-25T01:00:00Z', '2026-03-29T01:00:00Z', '2025-11-02T06:00:00Z', '2026-03-08T07:00:00Z'),
    fc.integer({ min: -10_000_000, max: 10_000_000 }),
  )
  .map(([change, ms]) => Date.parse(change) + ms);
const instant = fc.oneof(anyTime, nearChange);
/** Up to a day long, with odd milliseconds. */
const finished = fc.tuple(zone, instant, fc.integer({ min: 1_000, max: 86_400_000 })).map(([where, timeIn, length]) =>
  newRecord({
    ...{ id: 'x', timeIn, timeOut: timeIn + length, zone: where, now: NOW },
    ...{ issueKey: null, notes: '', source: 'manual' },
  }),
);
const wholeSecond = (ms: number | null | undefined) => Math.floor((ms ?? Number.NaN) / 1_000) * 1_000;

/** The numbers in a text, whichever digits the language has. */
function numbersIn(text: string, locale: string): readonly number[] {
  const { format } = new Intl.NumberFormat(locale);
  const latin = Array.from({ length: 10 }, (_, digit) => digit).reduce(
    (known, digit) => known.replaceAll(format(digit), String(digit)),
    text,
  );
  return (latin.match(/\d+/gu) ?? []).map(Number);
}

describe('how hours are counted', () => {
  it.each([
    ['en', 'h12'],
    ['en-US', 'h12'],
    ['en-GB', 'h23'],
    ['de', 'h23'],
    ['ja', 'h23'],
    ['ar', 'h12'],
    ['fa', 'h23'],
    ['he', 'h23'],
    ['hi', 'h12'],
    ['ko', 'h12'],
    ['zh-TW', 'h12'],
    ['en-u-hc-h23', 'h23'],
    ['de-u-hc-h12', 'h12'],
  ])('in %s: %s', (locale, expected) => {
    expect(hourCycleOf(locale)).toBe(expected);
  });

  it('is the same in rows, fields and messages', () => {
    fc.assert(
      fc.property(language, zone, instant, (locale, where, ms) => {
        editor.language = locale;
        const [hour, minute] = numbersIn(timesFor(locale, where).time(ms), locale);
        expect(numbersIn(formatClock(ms, where), locale)).toEqual([hour, minute]);
        const field = formatTimeInput(ms, where).slice(11);
        expect(numbersIn(field, 'en').slice(0, 2)).toEqual([hour, minute]);
        expect(/[AP]M/u.test(field)).toBe(hourCycleOf(locale) === 'h12');
      }),
    );
  });

  it.each([
    ['en', '9:15 AM', '5:00 PM'],
    ['de', '09:15', '17:00'],
    ['ko', '9:15 AM', '5:00 PM'],
  ])('shows in the hints in %s', (locale, morning, evening) => {
    editor.language = locale;
    expect([exampleTime(), exampleTime(17, 0)]).toEqual([morning, evening]);
    const hint = `Type a time such as ${morning}, -20m, yesterday ${evening} or 2026-11-23 ${morning}.`;
    expect(() => parseTime('soon', { zone: 'UTC', now: NOW })).toThrow(hint);
  });
});

describe('the times that fields begin with', () => {
  it.each([
    ['en', '2026-11-23T00:00:00Z', '2026-11-23 12:00 AM'],
    ['en', '2026-11-23T00:59:59.999Z', '2026-11-23 12:59:59 AM'],
    ['en', '2026-11-23T09:05:00Z', '2026-11-23 9:05 AM'],
    ['en', '2026-11-23T12:00:00Z', '2026-11-23 12:00 PM'],
    ['en', '2026-11-23T23:59:59Z', '2026-11-23 11:59:59 PM'],
    ['de', '2026-11-23T00:00:00Z', '2026-11-23 00:00'],
    ['ar', '2026-11-23T09:05:00Z', '2026-11-23 9:05 AM'],
    ['zh-TW', '2026-11-23T14:05:00Z', '2026-11-23 2:05 PM'],
    ['fa', '2026-11-23T14:05:00Z', '2026-11-23 14:05'],
  ])('in %s, %s: %s', (locale, time, expected) => {
    editor.language = locale;
    expect(formatTimeInput(Date.parse(time), 'UTC')).toBe(expected);
  });

  it('tell the two hours apart when the clocks go back', () => {
    editor.language = 'en';
    expect(formatTimeInput(Date.parse('2026-10-25T00:30:00Z'), 'Europe/Berlin')).toBe('2026-10-25 2:30 AM');
    expect(formatTimeInput(Date.parse('2026-10-25T01:30:00Z'), 'Europe/Berlin')).toBe('2026-10-25 2:30 AM +01:00');
  });

  it('are read back as the same second, in every language and zone', () => {
    fc.assert(
      fc.property(language, zone, instant, (locale, where, ms) => {
        editor.language = locale;
        const text = formatTimeInput(ms, where);
        expect(text).toMatch(/^[ -~]+$/u);
        expect(parseTime(text, { zone: where, now: NOW }).ms).toBe(wholeSecond(ms));
      }),
      { numRuns: 1_000 },
    );
  });

  it('mean the record as it is, and left alone keep its milliseconds', () => {
    fc.assert(
      fc.property(language, finished, (locale, record) => {
        editor.language = locale;
        const context = { zone: record.zone, now: NOW };
        const texts = textsOf(record, record.zone);
        expect(understand(record, texts, context)).toMatchObject({ patch: {}, problems: {} });
        // Written with a blank more, so that they count as typed.
        const typed = { timeIn: ` ${texts.timeIn}`, timeOut: ` ${texts.timeOut}` };
        const { start, end } = understand(record, typed, context);
        expect([start.ms, end?.ms]).toEqual([record.timeIn, record.timeOut].map(wholeSecond));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a time copied from a row', () => {
  it('is read, whatever blank stands before AM and PM', () => {
    const context = { zone: 'UTC', now: NOW, day: '2026-11-23' };
    const afternoon = Date.parse('2026-11-23T14:05:00Z');
    for (const blank of ['\u202f', '\u00a0', ' ', '']) {
      expect(parseTime(`2:05${blank}PM`, context).ms).toBe(afternoon);
    }
    for (const locale of ['en', 'en-GB', 'de', 'ja', 'he', 'hi']) {
      expect(parseTime(timesFor(locale, 'UTC').time(afternoon), context).ms).toBe(afternoon);
    }
  });
});
