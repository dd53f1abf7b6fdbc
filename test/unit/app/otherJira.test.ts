import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Reason } from '../../../src/core/errors.ts';
import { isPassing } from '../../../src/core/sync/retry.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { type MessageKey, message } from '../../../tools/jira/messages.ts';
import { type JiraSimulator, startJira } from '../../../tools/jira/simulator.ts';
import { credentials, Office, openWindow } from './office.ts';

interface Refusal {
  readonly name: string;
  readonly begin: (jira: JiraSimulator) => void;
  readonly end: (jira: JiraSimulator) => void;
  readonly reason: Reason;
  readonly status: number;
  /** What Jira says, in the site's language. */
  readonly said: MessageKey;
}

/** On the issue DEMO-7, where the record is to go. */
const REFUSALS: readonly Refusal[] = [
  {
    name: 'a workflow state that is not editable',
    begin: (jira) => jira.makeReadOnly('DEMO-7'),
    end: (jira) => jira.makeReadOnly('DEMO-7', false),
    reason: 'notEditable',
    status: 400,
    said: 'notEditable',
  },
  {
    name: 'an archived project',
    begin: (jira) => jira.archive('DEMO'),
    end: (jira) => jira.archive('DEMO', false),
    reason: 'notEditable',
    status: 400,
    said: 'archived',
  },
  {
    name: 'an archived issue',
    begin: (jira) => jira.archive('DEMO-7'),
    end: (jira) => jira.archive('DEMO-7', false),
    reason: 'notEditable',
    status: 400,
    said: 'archived',
  },
  {
    name: 'time tracking that is off',
    begin: (jira) => jira.turnTimeTrackingOff(),
    end: (jira) => jira.turnTimeTrackingOff(false),
    reason: 'timeTrackingOff',
    status: 400,
    said: 'timeTrackingOff',
  },
  {
    name: 'an issue that holds all the worklogs it may',
    begin: (jira) => jira.setWorklogLimit(0),
    end: (jira) => jira.setWorklogLimit(10_000),
    reason: 'worklogLimit',
    status: 413,
    said: 'limitReached',
  },
];

describe.each(['cloud', 'dataCenter'] as const)('other people’s Jira (%s)', (deployment) => {
  let office: Office;

  beforeEach(async () => {
    office = await Office.open(deployment);
  });
  afterEach(() => office.close());

  const push = () => office.window.sync.push(undefined);
  const stateOf = async (id: string) => syncStateOf(await office.record(id));

  describe.each(['en', 'de'] as const)('in the language %s', (language) => {
    beforeEach(() => office.jira.setLanguage(language));

    it.each(REFUSALS)('refuses for $name, says so in its own words, and takes it later', async (refusal) => {
      const { begin, end, reason, status, said } = refusal;
      const record = await office.finished('DEMO-7');
      begin(office.jira);
      const summary = await push();
      expect(summary).toMatchObject({ failed: 1, errors: [{ recordId: record.id, reason }] });
      const text = message(language, said, '0');
      expect(summary.errors[0]?.message.startsWith(text)).toBe(true);
      expect(summary.errors[0]?.message.length).toBeGreaterThan(text.length + 20);
      expect((await office.record(record.id)).problem).toMatchObject({ reason, message: summary.errors[0]?.message });
      expect([await stateOf(record.id), isPassing(reason)]).toEqual(['failed', false]);
      const [attempt] = await office.window.sync.history({ recordId: record.id });
      expect(attempt).toMatchObject({ status: 'failed', reason, httpStatus: status, action: 'create' });
      expect(attempt?.error?.startsWith(text)).toBe(true);
      const posts = office.jira.state.requests({ method: 'POST', path: /worklog/ });
      expect([posts.length, office.worklogs()]).toEqual([1, []]);

      end(office.jira);
      expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
      expect(office.worklogs('DEMO-7')).toHaveLength(1);
      expect((await office.record(record.id)).problem).toBeNull();
    });

    it('shows its own words for an issue that is not there', async () => {
      const record = await office.finished('DEMO-99999');
      const [error] = (await push()).errors;
      expect(error).toMatchObject({ reason: 'issueNotFound' });
      expect(error?.message.startsWith(message(language, 'issueNotFound'))).toBe(true);
      const log = await office.window.sync.history({ recordId: record.id });
      expect(log).toMatchObject([
        {
          action: 'create',
          issueKey: 'DEMO-99999',
          status: 'failed',
          reason: 'issueNotFound',
          httpStatus: 404,
          error: error?.message,
        },
      ]);
    });
  });

  it('takes time on a closed issue', async () => {
    office.jira.closeIssue('DEMO-7');
    const record = await office.finished('DEMO-7');
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect([office.worklogs('DEMO-7').length, await stateOf(record.id)]).toEqual([1, 'synced']);
  });

  it('keeps one worklog, and the record with it, when an issue is moved after the sync', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    const [before] = office.worklogs('DEMO-7');
    office.jira.moveIssue('DEMO-7', 'OPS-700');
    expect(await push()).toMatchObject({ total: 0 });
    await office.window.records.update(record.id, { notes: 'Said better' });
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    const worklogs = office.worklogs();
    expect(worklogs).toMatchObject([{ id: before?.id, commentText: 'Said better' }]);
    expect(await office.record(record.id)).toMatchObject({
      issueKey: 'OPS-700',
      worklog: { issueKey: 'OPS-700', worklogId: before?.id },
    });
    expect(await stateOf(record.id)).toBe('synced');
    await office.window.sync.deleteWorklog(record.id);
    expect(office.worklogs()).toEqual([]);
  });

  it('takes the worklog away from an issue that was moved after the sync', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    office.jira.moveIssue('DEMO-7', 'OPS-700');
    await office.window.records.update(record.id, { issueKey: 'DEMO-8' });
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect([office.worklogs('OPS-700').length, office.worklogs('DEMO-8').length]).toEqual([0, 1]);
  });

  it('leaves every attempt in the sync log when the record and the connection are removed', async () => {
    const record = await office.finished('DEMO-7');
    office.jira.setWorklogLimit(0);
    await push();
    office.jira.setWorklogLimit(10_000);
    await push();
    const before = await office.window.sync.history();
    expect(before.map(({ status }) => status)).toEqual(['success', 'failed']);
    await office.window.records.remove(record.id, 'delete');
    await push();
    await office.window.connections.remove(office.connection.id);
    const after = await office.window.sync.history({ recordId: record.id });
    expect(after.map(({ action, status }) => [action, status])).toEqual([
      ['delete', 'success'],
      ['create', 'success'],
      ['create', 'failed'],
    ]);
    expect(after.slice(1)).toEqual(before);
  });
});

describe('a Jira below a path of several levels', () => {
  it.each(['/tools/jira', '/a/b/c/jira', '/tracker'])(
    '%s is found from an issue’s page and takes time',
    async (path) => {
      const folder = await mkdtemp(join(tmpdir(), 'timecard-path-'));
      const jira = await startJira({ deployment: 'dataCenter', contextPath: path });
      const window = await openWindow({ folder, gatewayUrl: jira.gatewayUrl });
      try {
        expect(jira.url.endsWith(path)).toBe(true);
        const connection = await window.connections.add(`${jira.url}/browse/DEMO-7?filter=1`, credentials(jira));
        expect(connection.jiraUrl).toBe(jira.url);
        const timeIn = window.clock.now() - 3_600_000;
        const times = { timeIn, timeOut: timeIn + 1_800_000 };
        await window.records.add({ ...times, issueKey: 'DEMO-7', notes: 'below', source: 'manual' });
        expect(await window.sync.push(undefined)).toMatchObject({ succeeded: 1, failed: 0 });
        expect(jira.state.worklogs('DEMO-7')).toMatchObject([{ commentText: 'below' }]);
        const [issue] = await window.issues.search('DEMO-7');
        expect(issue?.url).toBe(`${jira.url}/browse/DEMO-7`);
      } finally {
        await window.store.close();
        await jira.close();
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
});
