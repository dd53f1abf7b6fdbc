import { describe, expect, it, vi } from 'vitest';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { clientIdOf, estimateChange, settingReader, weekday } = await import('../../../src/editor/settings.ts');

function reader(values: Readonly<Record<string, unknown>>) {
  const warnings: string[] = [];
  const value = settingReader((name) => values[name], { warn: (message) => warnings.push(message) });
  return { value, warnings };
}

describe('settings', () => {
  it('reads what fits', () => {
    const { value, warnings } = reader({ 'rounding.mode': 'up', 'rounding.stepMinutes': 15 });
    expect(value('rounding.mode')).toBe('up');
    expect(value('rounding.stepMinutes')).toBe(15);
    expect(value('splitAtMidnight')).toBe(true);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['rounding.stepMinutes', 0, 1],
    ['rounding.stepMinutes', 61, 1],
    ['rounding.stepMinutes', 1.5, 1],
    ['rounding.stepMinutes', '15', 1],
    ['rounding.mode', 'sometimes', 'nearest'],
    ['splitAtMidnight', 'yes', true],
    ['onDelete', null, 'ask'],
    ['comment.template', 7, ''],
  ] as const)('uses the default for %s = %j', (name, given, fallback) => {
    expect(reader({ [name]: given }).value(name)).toBe(fallback);
  });

  it('warns once for each wrong value, naming the setting', () => {
    const { value, warnings } = reader({ onDelete: 'burn' });
    value('onDelete');
    value('onDelete');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('timecard.onDelete');
  });

  it('takes durations for the estimate, and leaves a missing one missing instead of choosing for the user', () => {
    expect(reader({ 'jira.estimate': ' 1d 4h30m' }).value('jira.estimate')).toBe(' 1d 4h30m');
    expect(reader({ 'jira.estimate': '4 apples' }).value('jira.estimate')).toBe('');
    expect(reader({ 'jira.estimate': `${'1d      '.repeat(5_000)}x` }).value('jira.estimate')).toBe('');
    expect(estimateChange('new', '')).toEqual({ kind: 'new', value: '' });
    expect(estimateChange('leave', '1d')).toEqual({ kind: 'leave' });
  });

  it('finds a client id by the site, however its address ends', () => {
    const all = { 'https://one.example.com/jira/': 'first', 'https://two.example.com': 'second' };
    expect(clientIdOf(all, 'https://one.example.com/jira')).toBe('first');
    expect(clientIdOf(all, 'https://two.example.com')).toBe('second');
    expect(clientIdOf(all, 'https://one.example.com')).toBe('');
  });

  it.each([
    ['monday', 'en-US', 1],
    ['sunday', 'de-DE', 7],
    ['saturday', 'de-DE', 6],
    ['locale', 'en-US', 7],
    ['locale', 'de-DE', 1],
    ['locale', 'en-GB', 1],
    ['locale', 'pt-BR', 7],
    ['locale', 'ar-EG', 6],
    ['locale', 'en-US-u-fw-mon', 1],
    ['locale', 'xx', 1],
  ] as const)('a week that begins as in %s (%s) begins on ISO weekday %i', (choice, locale, day) => {
    expect(weekday(choice, locale)).toBe(day);
  });
});
