import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimecardError } from '../../../src/core/errors.ts';
import {
  checkExternalLink,
  checkInstant,
  checkIssueKey,
  checkNotes,
  checkSpan,
  MAX_NOTES,
  parseInstant,
} from '../../../src/core/timeRules.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The `invalid` error that `check` throws, as its message. */
function refusal(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    if (error instanceof TimecardError && error.reason === 'invalid') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('checkSpan', () => {
  const span = (timeIn: number, timeOut: number, byHand = true) =>
    refusal(() => checkSpan({ timeIn, timeOut, now: NOW, byHand }));

  it.each([
    ['an hour', NOW - HOUR, NOW, true],
    ['a millisecond', NOW - 1, NOW, true],
    ['a whole day', NOW - 24 * HOUR, NOW, true],
    ['an end five minutes ahead', NOW, NOW + 5 * MINUTE, true],
    ['two days by the timer', NOW - 48 * HOUR, NOW, false],
    ['a timer on a clock that was set back', NOW + HOUR, NOW + 2 * HOUR, false],
  ])('accepts %s', (_, timeIn, timeOut, byHand) => {
    expect(span(timeIn, timeOut, byHand)).toBe('accepted');
  });

  it.each([
    ['nothing', NOW, NOW, true, 'timeOut: must be after the start'],
    ['nothing by the timer', NOW, NOW, false, 'timeOut: must be after the start'],
    ['backwards', NOW, NOW - 1, true, 'timeOut: must be after the start'],
    ['over a day', NOW - 24 * HOUR - 1, NOW, true, 'timeOut: must be at most 24 hours after the start'],
    ['the future', NOW, NOW + 5 * MINUTE + 1, true, 'timeOut: must not be in the future'],
    ['no start', Number.NaN, NOW, false, 'timeIn: is not a moment in time'],
    ['no end', NOW, Number.POSITIVE_INFINITY, false, 'timeOut: is not a moment in time'],
    ['1999', Date.UTC(2000, 0, 1) - 1, NOW, false, 'timeIn: must be between the years 2000 and 2100'],
    ['2100', NOW, Date.UTC(2100, 0, 1), false, 'timeOut: must be between the years 2000 and 2100'],
  ])('refuses %s', (_, timeIn, timeOut, byHand, message) => {
    expect(span(timeIn, timeOut, byHand)).toBe(message);
  });
});

describe('parseInstant', () => {
  it.each([
    ['2026-11-23T12:00:00Z', NOW],
    ['2026-11-23T12:00Z', NOW],
    ['2026-11-23T12:00:00.000Z', NOW],
    ['2026-11-23T12:00:00.1239Z', NOW + 123],
    ['2026-11-23T13:00:00+01:00', NOW],
    ['2026-11-23T13:00:00.000+0100', NOW],
    ['2026-11-23T06:15:00-05:45', NOW],
    [' 2026-11-23 12:00:00z ', NOW],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
  ])('reads %s', (text, ms) => {
    expect(parseInstant('at', text)).toBe(ms);
  });

  it.each([
    undefined,
    null,
    NOW,
    new Date(NOW),
    {},
    '',
    'now',
    '2026-11-23',
    '2026-11-23T12:00:00',
    '12:00Z',
    '23.11.2026 12:00Z',
    '2026-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T12:60:00Z',
    '2026-11-23T12:00:00Z[Europe/Berlin]',
    '+002026-11-23T12:00:00Z',
    '1999-12-31T23:59:59Z',
    '2100-01-01T00:00:00Z',
    '9'.repeat(1_000_000),
  ])('refuses %.40j and names the argument', (value) => {
    expect(refusal(() => parseInstant('timeIn', value))).toMatch(/^timeIn: (must|is not)/);
  });

  it('reads back what Date writes', () => {
    const ms = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) - 1 });
    fc.assert(
      fc.property(ms, (instant) => {
        expect(parseInstant('at', new Date(instant).toISOString())).toBe(instant);
      }),
    );
  });

  it('gives a valid instant or refuses, whatever the text', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789-:.+TZ '), maxLength: 30 });
    fc.assert(
      fc.property(fc.oneof(digits, fc.string({ unit: 'binary' })), (text) => {
        const message = refusal(() => checkInstant('at', parseInstant('at', text)));
        expect(message).toMatch(/^(accepted|at: )/);
      }),
    );
  });
});

describe('checkNotes', () => {
  it('keeps text and turns none into empty', () => {
    expect(checkNotes('notes', undefined)).toBe('');
    expect(checkNotes('notes', null)).toBe('');
    expect(checkNotes('notes', ' a\r\nb\u0000 ')).toBe(' a\nb ');
    expect(checkNotes('notes', 'x'.repeat(MAX_NOTES))).toHaveLength(MAX_NOTES);
  });

  it.each([7, {}, [], 'x'.repeat(MAX_NOTES + 1)])('refuses %.20j', (value) => {
    expect(refusal(() => checkNotes('notes', value))).toMatch(/^notes: must be/);
  });
});

describe('checkExternalLink', () => {
  it.each([
    [undefined, null],
    [null, null],
    [' ', null],
    [' https://example.com/a?b=c#d ', 'https://example.com/a?b=c#d'],
    ['HTTP://example.com', 'HTTP://example.com'],
  ])('takes %j for %j', (value, link) => {
    expect(checkExternalLink('externalLink', value)).toBe(link);
  });

  it.each([
    7,
    'example.com',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'command:timecard.clockIn',
    'https://',
    'https://[',
    `https://example.com/${'x'.repeat(3_000)}`,
  ])('refuses %.40j', (value) => {
    expect(refusal(() => checkExternalLink('externalLink', value))).toMatch(/^externalLink: must be/);
  });
});

describe('checkIssueKey', () => {
  it('gives the key in upper case, or none', () => {
    expect(checkIssueKey('issueKey', 'proj-1')).toBe('PROJ-1');
    expect(checkIssueKey('issueKey', null)).toBeNull();
    expect(checkIssueKey('issueKey', undefined)).toBeNull();
  });

  it.each(['', 'PROJ', 7, {}, 'PROJ-1; DROP TABLE'])('refuses %j', (value) => {
    expect(refusal(() => checkIssueKey('issueKey', value))).toBe('issueKey: must be an issue key such as PROJ-123');
  });
});
