import { describe, expect, it, vi } from 'vitest';
import { invalid, REASONS, TimecardError } from '../../../src/core/errors.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { actionTitle, errorToast } = await import('../../../src/editor/errorText.ts');

describe('what an error says to the user', () => {
  it('is nothing when the user cancelled', () => {
    const canceled = Object.assign(new Error('Canceled'), { name: 'Canceled' });
    expect(errorToast(new TimecardError('cancelled', 'Cancelled.'))).toBeUndefined();
    expect(errorToast(canceled)).toBeUndefined();
  });

  it.each([
    ['unauthorized', 'signIn'],
    ['signedOut', 'signIn'],
    ['tls', 'editConnection'],
    ['notJira', 'editConnection'],
    ['storageFull', 'showLog'],
    ['network', 'retry'],
    ['captcha', 'openJira'],
    ['invalid', undefined],
  ] as const)('offers for %s the action %s', (reason, action) => {
    expect(errorToast(new TimecardError(reason, 'It failed.'))?.action).toBe(action);
  });

  it('offers to do again what was not done, and to look for what may have been', () => {
    expect(errorToast(new TimecardError('storageBusy', 'Busy.', { outcome: 'notSent' }))?.action).toBe('retry');
    expect(errorToast(new TimecardError('storageBusy', 'Unclear.', { outcome: 'unknown' }))?.action).toBe(
      'showHistory',
    );
  });

  it('is at most two lines, whatever the reason', () => {
    for (const reason of REASONS) {
      const toast = errorToast(
        new TimecardError(reason, `First line.\nSecond line. ${'A very long story. '.repeat(40)}`),
      );
      if (reason === 'cancelled') continue;
      expect(toast?.message.length).toBeLessThanOrEqual(180);
      expect(toast?.message).not.toContain('\n');
      if (toast?.action !== undefined) expect(actionTitle(toast.action)).not.toBe('');
    }
  });

  it('leaves out the argument’s name, which is for callers', () => {
    expect(errorToast(invalid('timer', 'Nothing is running.'))?.message).toBe('Nothing is running.');
    expect(errorToast(invalid('timeOut', 'must be after the start'))?.message).toBe('End: must be after the start');
  });

  it('leaves a host or an address that begins a sentence as it is', () => {
    const own = 'id.atlassian.com belongs to Atlassian.';
    expect(errorToast(invalid('jiraUrl', own))?.message).toBe(own);
    const other = 'http://127.0.0.1:8080 did not answer as Jira does.';
    expect(errorToast(new TimecardError('notJira', other))?.message).toBe(other);
    expect(errorToast(new TimecardError('network', 'localhost:8080 could not be reached.'))?.message).toMatch(/^local/);
  });

  it('has words for what is no error at all', () => {
    expect(errorToast(new Error(''))?.message).toBe('Something went wrong. The log has the details.');
    expect(errorToast('odd')?.message).toBe('Odd');
  });
});
