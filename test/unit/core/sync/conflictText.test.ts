import { describe, expect, it } from 'vitest';
import { changedInJira, describeVersions, newerInJira } from '../../../../src/core/sync/conflictText.ts';

const zone = 'Europe/Berlin';
const telling = { zone, hourCycle: 'h23' } as const;

function content(start: string, minutes: number, comment: string) {
  return { startedMs: Date.parse(start), seconds: minutes * 60, comment };
}

describe('two versions of a worklog in words', () => {
  it('tells start, end and comment in the zone of the record', () => {
    const here = content('2026-03-11T08:00:00Z', 120, 'Review and tests');
    const inJira = content('2026-03-11T08:00:00Z', 90, ' Review\n');
    expect(describeVersions(here, inJira, telling)).toEqual({
      here: '09:00–11:00, “Review and tests”',
      inJira: '09:00–10:30, “Review”',
    });
  });

  it('tells seconds only where there are some, and that there is no comment', () => {
    const here = content('2026-03-11T08:00:07Z', 30, '');
    expect(describeVersions(here, content('2026-03-11T08:00:00Z', 30, 'x'), telling)).toEqual({
      here: '09:00:07–09:30:07, no comment',
      inJira: '09:00–09:30, “x”',
    });
  });

  it('tells the day where the two begin on different ones', () => {
    const { here, inJira } = describeVersions(
      content('2026-03-11T22:30:00Z', 60, 'a'),
      content('2026-03-10T08:00:00Z', 60, 'a'),
      telling,
    );
    expect(here).toBe('2026-03-11 23:30–2026-03-12 00:30, “a”');
    expect(inJira).toBe('2026-03-10 09:00–10:00, “a”');
  });

  it('shows long comments short, from where they differ', () => {
    const alike = 'word '.repeat(40);
    const time = '2026-03-11T08:00:00Z';
    const { here, inJira } = describeVersions(
      content(time, 5, `${alike}mine`),
      content(time, 5, `${alike}theirs`),
      telling,
    );
    expect(here).toBe('09:00–09:05, “…word word word word mine”');
    expect(inJira).toBe('09:00–09:05, “…word word word word theirs”');
    const same = describeVersions(content(time, 5, '🙂'.repeat(200)), content(time, 6, '🙂'.repeat(200)), telling);
    expect(same.here).toBe(`09:00–09:05, “${'🙂'.repeat(80)}…”`);
  });

  it('tells what is the same on both sides, and comments without their line breaks', () => {
    const one = content('2026-03-11T08:00:00Z', 60, 'two\n\tlines');
    expect(describeVersions(one, one, telling)).toEqual({
      here: '09:00–10:00, “two lines”',
      inJira: '09:00–10:00, “two lines”',
    });
  });

  it('counts the hours as the user does', () => {
    const here = content('2026-03-11T11:00:07Z', 90, 'a');
    const inJira = content('2026-03-11T22:30:00Z', 60, 'a');
    expect(describeVersions(here, inJira, { zone, hourCycle: 'h12' })).toEqual({
      here: '12:00:07 PM–1:30:07 PM, “a”',
      inJira: '11:30 PM–2026-03-12 12:30 AM, “a”',
    });
  });

  it('tells UTC for a zone this machine does not know', () => {
    const one = content('2026-03-11T08:00:00Z', 60, 'a');
    expect(describeVersions(one, one, { ...telling, zone: 'Mars/Base' }).here).toBe('08:00–09:00, “a”');
  });
});

describe('what a record is in conflict about', () => {
  const here = content('2026-03-11T08:00:00Z', 120, 'Review and tests');
  const inJira = content('2026-03-11T08:00:00Z', 90, 'Review');
  const on = (issueKey: string | null, worklogOn: string | null = 'PROJ-1') => {
    const basis = { timeIn: 0, timeOut: 1, zone, notes: '' };
    const place = { connectionId: 'a', issueId: '1', worklogId: '9', basis };
    return { zone, issueKey, worklog: worklogOn === null ? null : { ...here, ...place, issueKey: worklogOn } };
  };

  it.each([
    ['stayed where it was', on('PROJ-1'), ''],
    ['has no worklog of its own yet', on('PROJ-1', null), ''],
    ['was moved to another issue', on('PROJ-2'), ', on PROJ-2'],
    ['lost its issue', on(null), ', without an issue'],
  ])('tells both versions when the record %s', (_, record, where) => {
    expect(changedInJira(record, here, inJira, 'h23')).toBe(
      `Changed in Jira to 09:00–10:30, “Review”. Here: 09:00–11:00, “Review and tests”${where}. Choose which one to keep.`,
    );
  });

  it('tells that the worklog is gone', () => {
    expect(changedInJira(on('PROJ-1'), here, undefined, 'h23')).toMatch(
      /^The worklog was deleted in Jira after the last sync/u,
    );
  });

  it('tells that the database was restored', () => {
    expect(newerInJira(on('PROJ-1'), here, inJira, 'h23')).toBe(
      'The database was restored, and Jira has another version: 09:00–10:30, “Review”. Here: 09:00–11:00, “Review and tests”. Choose which one to keep.',
    );
  });
});
