import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TimecardApi } from '../../../src/api.ts';
import type { Services } from '../../../src/editor/services.ts';
import { Office, quietLog } from '../app/office.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { createApi } = await import('../../../src/editor/api.ts');
const { createApiCalls } = await import('../../../src/editor/apiCalls.ts');

const noEvent = () => ({ dispose: () => undefined });

describe('the public API', () => {
  let office: Office;
  let api: TimecardApi;

  beforeEach(async () => {
    office = await Office.open('cloud');
    // The API needs no more of the services than a window of the office has.
    const services = office.window as unknown as Services;
    const freshBranch = async () => ({ branch: 'feature/DEMO-7-x', issueKey: 'DEMO-7', why: '' });
    api = createApi(async () => createApiCalls({ services, freshBranch, log: quietLog }), noEvent);
  });
  afterEach(() => office.close());

  it('gives every failure a reason, also one that comes from below', async () => {
    const noKeyring = () => Promise.reject(new Error('The keyring is locked'));
    office.window.secrets.get = noKeyring;
    await expect(api.issues.search('DEMO')).rejects.toMatchObject({ reason: expect.any(String) });
    const broken = createApi(() => Promise.reject(new Error('ENOENT: sql-wasm.wasm')), noEvent);
    await expect(broken.timer.current()).rejects.toMatchObject({ reason: expect.any(String) });
    await expect(broken.records.list()).rejects.toBeInstanceOf(Error);
  });

  it('refuses what the database cannot count to, by name', async () => {
    await expect(api.records.list({ offset: 1e308 })).rejects.toMatchObject({
      reason: 'invalid',
      message: expect.stringMatching(/^offset: /),
    });
    await expect(api.records.list({ offset: 1e15 })).resolves.toEqual([]);
  });

  it('calls an argument that cannot be read invalid', async () => {
    const hostile = {
      get issueKey(): string {
        throw new Error('no');
      },
    };
    await expect(api.timer.clockIn(hostile)).rejects.toMatchObject({
      reason: 'invalid',
      message: expect.stringMatching(/^options: /),
    });
    const revoked = Proxy.revocable<string[]>([], {});
    revoked.revoke();
    await expect(api.sync.push(revoked.proxy)).rejects.toMatchObject({ reason: 'invalid' });
  });

  it('sends a record that is named again, though its worklog was deleted on purpose', async () => {
    const { id } = await office.finished('DEMO-7');
    await api.sync.push();
    await api.sync.deleteWorklog(id);
    await api.sync.push();
    expect((await api.records.get(id))?.syncState).toBe('local');
    await api.sync.push([id]);
    expect((await api.records.get(id))?.syncState).toBe('synced');
  });

  it('says nothing runs, and keeps broken characters out', async () => {
    await expect(api.timer.clockOut()).rejects.toMatchObject({ reason: 'invalid' });
    const record = await api.timer.clockIn({ notes: 'a\ud800b\0' });
    expect(record).toMatchObject({ jiraIssueKey: 'DEMO-7', notes: 'a\ufffdb', timeOut: null, syncState: 'local' });
    expect(await api.records.list({ text: '\ud800' })).toEqual([]);
    await expect(api.records.get('\ud800')).resolves.toBeUndefined();
    expect(await api.timer.current()).toEqual(record);
  });
});
