import { describe, expect, it, vi } from 'vitest';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { settingReader, weekday } = await import('../../../src/editor/settings.ts');

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

  it.each([
    ['monday', 'en-US', 1],
    ['sunday', 'de-DE', 7],
    ['saturday', 'de-DE', 6],
    ['locale', 'en-US', 7],
    ['locale', 'de-DE', 1],
    ['locale', 'ar-EG', 6],
  ] as const)('a week that begins as in %s (%s) begins on ISO weekday %i', (choice, locale, day) => {
    expect(weekday(choice, locale)).toBe(day);
  });
});
