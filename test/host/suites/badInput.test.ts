import { strict as assert } from 'node:assert';
import { createServer, type Server } from 'node:http';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';
import {
  closeWhatItAsks,
  eventually,
  type HostSite,
  keepApart,
  minutesAgo,
  sites,
  timecard,
  token,
} from './support.ts';

const NEVER = [
  'x'.repeat(100_000),
  42,
  {},
  [],
  true,
  { recordId: 7 },
  { issueKey: '../..' },
  { webviewSection: 'record' },
];

/** One of each kind for every command there is. */
const ODD = ['\u0000<b>'.repeat(20_000), Number.NaN, { recordId: 7 }, [null]];

/** Commands that name a record or an issue, and refuse what is none before they ask anything. */
const COMMANDS = ['syncRecord', 'editRecord', 'deleteRecord', 'resolveConflict', 'openIssue'].map(
  (name) => `timecard.${name}`,
);

const ANSWERS = [
  '',
  '<html>',
  'null',
  '[]',
  '{"issues":7,"values":{"x":[]},"worklogs":"x","id":[],"key":null,"deploymentType":{}}',
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  JSON.stringify({ errorMessages: ['x'.repeat(1_000_000)], errors: { a: { b: null } } }),
];

/** What a Jira that is connected begins to answer. */
const FAULTS: readonly object[] = [
  { kind: 'garbage', when: 'before' },
  { kind: 'html' },
  { kind: 'truncate', when: 'after' },
  ...ANSWERS.slice(2).map((body) => ({ kind: 'status', when: 'before', status: 200, body })),
  { kind: 'status', when: 'before', status: 404, body: '{"errorMessages":{"a":1},"errors":"x"}' },
];

/** tools/test/hostLog.ts looks for it, and overlooks it. */
const CONTROL = 'A rejection that nobody handles, to see that it is heard';
/** VS Code tells of a rejection when nobody has handled it for a second. */
const TOLD_AFTER_MS = 1_500;

const Manifest = v.object({ contributes: v.object({ commands: v.array(v.object({ command: v.string() })) }) });

/* What is provoked here must end in errors that somebody caught. */
describe('bad input in the extension host', () => {
  let api: TimecardApi;
  let server: Server;
  let asked = 0;
  const unhandled: unknown[] = [];
  /** VS Code's own extensions share the process, and some of them fail on small machines. */
  const note = (reason: unknown) => {
    const told = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    if (!/^Error: spawn /.test(told)) unhandled.push(told);
  };

  before(async () => {
    api = await timecard();
    process.on('unhandledRejection', note);
    process.on('uncaughtException', note);
    server = createServer((request, response) => {
      request.resume();
      asked += 1;
      const status = [200, 200, 201, 400, 401, 404, 500][asked % 7] ?? 200;
      response.writeHead(status, { 'Content-Type': asked % 5 === 0 ? 'text/html' : 'application/json' });
      response.end(ANSWERS[asked % ANSWERS.length]);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
    server.closeAllConnections();
    server.close();
  });
  keepApart();
  afterEach(async () => {
    // Rejections that nobody handled are told after the microtasks of their turn.
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(unhandled.splice(0).map(String), []);
  });

  it('hears of a rejection that nobody handles', async () => {
    void Promise.reject(new Error(CONTROL));
    const heard = await eventually('the rejection to be heard', async () => unhandled.splice(0)[0]);
    assert.match(String(heard), new RegExp(CONTROL));
    await new Promise((resolve) => setTimeout(resolve, TOLD_AFTER_MS));
  });

  it('refuses every command that is called with nonsense', async () => {
    for (const id of COMMANDS) {
      for (const value of NEVER) {
        await assert.rejects(Promise.resolve(vscode.commands.executeCommand(id, value)), /: /, id);
      }
    }
    assert.deepEqual(await api.records.list(), []);
  });

  it('ends every command of the extension that is called with nonsense, and takes none of it over', async () => {
    const commands = contributedCommands();
    assert.ok(commands.length > 40, String(commands.length));
    for (const id of commands) for (const value of ODD) await endsWith(id, value);
    // What takes no argument did what it does on a click.
    for (const { jiraIssueKey, notes, externalLink } of await api.records.list()) {
      assert.deepEqual([jiraIssueKey, notes, externalLink], ['DEMO-7', '', null]);
    }
    assert.deepEqual(await api.connections.list(), []);
  }).timeout(120_000);

  it('ends every call with a reason', async () => {
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const jiraUrl = `http://127.0.0.1:${address.port}`;
    const auth = { type: 'pat', token: 'no-token-at-all' } as const;
    for (let n = 0; n < 20; n += 1) await hasReason(api.connections.add({ jiraUrl, auth }));
    assert.ok(asked >= 20, 'The server was asked');
    for (const value of NEVER) {
      const calls: readonly ((argument: unknown) => unknown)[] = [
        ...[api.timer.clockOut, api.records.list, api.records.get, api.records.add, api.records.remove],
        ...[api.connections.add, api.connections.test, api.issues.search, api.issues.get, api.sync.history],
      ] as never;
      for (const call of calls) await hasReason(Promise.resolve(Reflect.apply(call, undefined, [value])));
    }
    assert.deepEqual(await api.connections.list(), []);
  }).timeout(60_000);

  it('goes on when a connected Jira refuses a record', async function () {
    const cloud = sites()?.cloud;
    if (cloud === undefined) return this.skip();
    const auth = { type: 'apiToken', email: cloud.email, token: token(cloud, 'scoped') } as const;
    await api.connections.add({ jiraUrl: cloud.url, auth });
    await api.records.add({ timeIn: minutesAgo(30), timeOut: minutesAgo(20), issueKey: 'NONE-99' });
    const { failed, errors } = await api.sync.push();
    assert.equal(failed, 1);
    assert.ok(errors[0]?.reason);
    await closeWhatItAsks('timecard.clockInOn');
    assert.equal((await api.records.list()).length, 1);
  });

  it('goes on when a Jira that is connected begins to answer with garbage', async function () {
    const cloud = sites()?.cloud;
    if (cloud === undefined) return this.skip();
    const auth = { type: 'apiToken', email: cloud.email, token: token(cloud, 'classic') } as const;
    const { id } = await api.connections.add({ jiraUrl: cloud.url, auth });
    const record = await api.records.add({ timeIn: minutesAgo(90), timeOut: minutesAgo(80), issueKey: 'PROJ-1' });
    try {
      for (const fault of FAULTS) {
        await strike(cloud, fault);
        await hasReason(api.issues.search('login'));
        await hasReason(api.issues.get('PROJ-1'));
        await hasReason(api.issues.assigned());
        await hasReason(api.connections.test(id));
        await heal(cloud);
      }
      // A sync tries again after seconds, so not with all of them.
      for (const fault of FAULTS.slice(0, 3)) {
        await strike(cloud, fault);
        const { succeeded, errors } = await api.sync.push([record.id]);
        assert.equal(succeeded, 0, JSON.stringify(fault));
        for (const { reason } of errors) assert.ok(reason, JSON.stringify(fault));
        await heal(cloud);
      }
    } finally {
      await heal(cloud);
    }
    assert.ok((await api.issues.search('PROJ-1')).length > 0, 'Jira is well again');
  }).timeout(120_000);
});

async function strike({ controlUrl }: HostSite, fault: object): Promise<void> {
  const answer = await fetch(`${controlUrl}/faults`, { method: 'POST', body: JSON.stringify(fault) });
  assert.equal(answer.status, 200, JSON.stringify(fault));
}

async function heal({ controlUrl }: HostSite): Promise<void> {
  await fetch(`${controlUrl}/faults`, { method: 'DELETE' });
}

function contributedCommands(): readonly string[] {
  const manifest: unknown = vscode.extensions.getExtension('timecard.timecard-for-jira')?.packageJSON;
  return v.parse(Manifest, manifest).contributes.commands.map(({ command }) => command);
}

/** Runs a command, and closes whatever it asks or tells until it has ended, or is refused in words. */
async function endsWith(id: string, value: unknown): Promise<void> {
  let ended = false;
  const run = Promise.resolve(vscode.commands.executeCommand(id, value)).then(
    () => undefined,
    (error: unknown) => assert.ok(error instanceof Error && error.message !== '', id),
  );
  void run.finally(() => {
    ended = true;
  });
  await eventually(`${id} to end`, async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('notifications.clearAll');
    return ended || undefined;
  });
  await run;
}

async function hasReason(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    assert.ok(error instanceof Error, String(error));
    assert.equal('reason' in error && typeof error.reason, 'string', error.message);
  });
}
