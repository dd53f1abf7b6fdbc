import { describe, expect, it, vi } from 'vitest';
import { invalid, TimecardError } from '../../../src/core/errors.ts';
import { watchToasts } from './vscodeStub.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { ErrorBoundary } = await import('../../../src/editor/commands/boundary.ts');

function setUp() {
  const logged: string[] = [];
  const did: string[] = [];
  const act = (name: string) => async () => {
    did.push(name);
  };
  const log = { info: () => undefined, warn: () => undefined, error: (message: string) => logged.push(message) };
  const boundary = new ErrorBoundary(log, () => ({
    signIn: act('signIn'),
    editConnection: act('editConnection'),
    openJira: act('openJira'),
    showHistory: act('showHistory'),
    showLog: act('showLog'),
  }));
  return { boundary, logged, did };
}

const turns = () => new Promise((resolve) => setImmediate(resolve));

describe('the error boundary', () => {
  it('is silent when the user cancelled', async () => {
    const { boundary, logged } = setUp();
    const toasts = watchToasts();
    await boundary.command('timecard.sync', () => Promise.reject(new TimecardError('cancelled', 'Cancelled.')), []);
    expect([toasts, logged]).toEqual([[], []]);
  });

  it('logs and tells everything else, with the action that fits', async () => {
    const { boundary, logged, did } = setUp();
    const toasts = watchToasts((_, [first]) => first);
    const fail = () => Promise.reject(new TimecardError('unauthorized', 'Jira refused the token.'));
    await boundary.command('timecard.sync', fail, []);
    await turns();
    expect(toasts).toEqual([{ message: 'Jira refused the token.', buttons: ['Sign in'] }]);
    expect(logged).toEqual(['timecard.sync failed']);
    expect(did).toEqual(['signIn']);
  });

  it('tries again when asked to', async () => {
    const { boundary } = setUp();
    watchToasts((_, [first]) => first);
    let tries = 0;
    const work = async () => {
      tries += 1;
      if (tries < 3) throw new TimecardError('network', 'No answer.');
    };
    await boundary.command('timecard.sync', work, []);
    for (let turn = 0; turn < 5; turn += 1) await turns();
    expect(tries).toBe(3);
  });

  it('does not wait for a toast that nobody closes', async () => {
    const { boundary } = setUp();
    watchToasts();
    let ended = false;
    boundary.start('Toast', () => new Promise(() => undefined));
    await boundary.run('Work', async () => {
      ended = true;
    });
    expect(ended).toBe(true);
  });

  it('gives bad arguments back to the caller and shows no toast', async () => {
    const { boundary } = setUp();
    const toasts = watchToasts();
    const fail = () => Promise.reject(invalid('id', 'There is no record with this id.'));
    await expect(boundary.command('timecard.editRecord', fail, ['none'])).rejects.toThrow('id: ');
    expect(toasts).toEqual([]);
    await boundary.command('timecard.clockOut', fail, []);
    await turns();
    expect(toasts).toHaveLength(1);
  });
});
