import { describe, expect, it, vi } from 'vitest';

const configured = vi.hoisted((): Record<string, unknown> => ({}));
vi.mock('vscode', async () => ({
  ...(await import('./vscodeStub.ts')).vscodeStub(),
  workspace: { getConfiguration: () => ({ get: (name: string) => configured[name] }) },
}));
const { clientIdOf, createSettings, estimateChange, ownVisibility, settingReader, weekday } = await import(
  '../../../src/editor/settings.ts'
);

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

  const unsendable = (setting: string) =>
    expect.objectContaining({ reason: 'invalid', outcome: 'notSent', message: expect.stringContaining(setting) });

  it.each(['Leave', '', 7, null, {}])(
    'sends nothing for the estimate %j instead of letting Jira reduce it',
    (given) => {
      expect(() => estimateChange(given, '1d')).toThrow(unsendable('timecard.jira.adjustEstimate'));
      expect(estimateChange(undefined, '1d')).toEqual({ kind: 'auto' });
    },
  );

  describe('who may see worklogs', () => {
    const security = { type: 'role', value: 'Security' };

    it('is told by project, else by *, and null is everybody', () => {
      const all = { sec: security, OPEN: null, '*': { type: 'group', value: ' staff ' } };
      expect(ownVisibility(all, 'SEC')).toEqual(security);
      expect(ownVisibility(all, 'OPEN')).toBeUndefined();
      expect(ownVisibility(all, 'OTHER')).toEqual({ type: 'group', value: 'staff' });
      expect(ownVisibility({ SEC: security }, 'OTHER')).toBeUndefined();
      expect(ownVisibility(undefined, 'SEC')).toBeUndefined();
    });

    it.each([
      { type: 'Role', value: 'Developers' },
      { type: 'role' },
      { type: 'role', value: ' ' },
      'Developers',
      [],
      false,
    ])('is not everybody for the entry %j, and others keep theirs', (wrong) => {
      const all = { SEC: security, WEB: wrong };
      expect(ownVisibility(all, 'SEC')).toEqual(security);
      expect(ownVisibility(all, 'OPEN')).toBeUndefined();
      expect(() => ownVisibility(all, 'WEB')).toThrow(unsendable('timecard.jira.visibility'));
      expect(() => ownVisibility(all, 'WEB')).toThrow('“WEB”');
      const others = { SEC: security, OPEN: null, '*': wrong };
      expect(ownVisibility(others, 'SEC')).toEqual(security);
      expect(ownVisibility(others, 'OPEN')).toBeUndefined();
      expect(() => ownVisibility(others, 'WEB')).toThrow(unsendable('timecard.jira.visibility'));
    });

    it.each([null, [], 'Developers', 7])('is not everybody for the setting %j', (given) => {
      expect(() => ownVisibility(given, 'SEC')).toThrow(unsendable('timecard.jira.visibility'));
    });
  });

  it('hands a wrong visibility and a wrong estimate on as they are, and not as their defaults', () => {
    const web = { type: 'Role', value: 'Developers' };
    configured['jira.visibility'] = { SEC: { type: 'role', value: 'Security' }, WEB: web };
    configured['jira.adjustEstimate'] = 'Leave';
    const settings = createSettings({ warn: () => undefined });
    expect(settings.visibility('SEC')).toEqual({ type: 'role', value: 'Security' });
    expect(() => settings.visibility('WEB')).toThrow(unsendable('timecard.jira.visibility'));
    expect(() => settings.adjustEstimate()).toThrow(unsendable('timecard.jira.adjustEstimate'));
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
