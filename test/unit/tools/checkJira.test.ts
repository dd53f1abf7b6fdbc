import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { type Deployment, type JiraSimulator, startJira, type TokenName } from '../../../tools/jira/simulator.ts';
import { type CheckDeps, runChecklist } from '../../../tools/jiraCheck/checklist.ts';
import { HELP, readConfig } from '../../../tools/jiraCheck/config.ts';
import { addUp, type CheckRow, tableLine } from '../../../tools/jiraCheck/report.ts';
import { cleanEnv, run } from '../../../tools/support/process.ts';
import { bench } from '../jira/support.ts';

let jira: JiraSimulator;
afterEach(() => jira?.close());

type Variables = Record<string, string>;

function variables(token: TokenName, issue = 'PROJ-123'): Variables {
  const email: Variables = jira.deployment === 'cloud' ? { JIRA_EMAIL: jira.users.mia.email } : {};
  return { JIRA_URL: `${jira.url}/browse/${issue}`, JIRA_TOKEN: jira.tokens[token], JIRA_ISSUE: issue, ...email };
}

function configFrom(env: Variables) {
  const config = readConfig(env);
  if ('problems' in config) throw new Error(config.problems.join(' '));
  return config;
}

async function check(token: TokenName, issue?: string, extra: Partial<CheckDeps> = {}): Promise<readonly CheckRow[]> {
  let ids = 0;
  return runChecklist(configFrom(variables(token, issue)), {
    gateway: bench({ gatewayUrl: jira.gatewayUrl }).gateway,
    clock: { now: () => Date.now(), zone: () => 'Asia/Kolkata' },
    newId: () => `3f2c9a52-7d0e-4d7e-9f46-0d8a7a3a6f1${ids++}`,
    sleep: () => Promise.resolve(),
    signal: new AbortController().signal,
    onRow: () => undefined,
    ...extra,
  });
}

function failed(rows: readonly CheckRow[]): string[] {
  return rows.filter(({ result }) => result === 'FAIL').map(({ name }) => name);
}

const SITES: readonly [Deployment, TokenName][] = [
  ['cloud', 'classic'],
  ['cloud', 'scoped'],
  ['dataCenter', 'pat'],
];

describe.each(SITES)('the checklist on %s with a %s token', (deployment, token) => {
  it('passes and leaves nothing behind', async () => {
    jira = await startJira({ deployment });
    const before = jira.state.worklogs();
    const rows = await check(token);
    expect(rows.map(({ name, result, seen }) => (result === 'pass' ? name : `${name}: ${seen}`))).toEqual([
      'Connect',
      'List projects',
      'Find the issue',
      'Search',
      'Log 1 minute',
      'Read it back',
      'Find it by its mark',
      'Update to 2 minutes',
      'Delete',
      'Clean up',
      'Wrong token',
      'Wrong issue',
    ]);
    expect(addUp(rows)).toEqual({ ok: true, text: '12 passed, 0 failed' });
    expect(jira.state.worklogs()).toEqual(before);
    const writes = jira.state.requests({ path: /\/worklog/ }).filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method }) => method)).toEqual(['POST', 'PUT', 'DELETE']);
  });
});

describe.each(['cloud', 'dataCenter'] as const)('what goes wrong on %s', (deployment) => {
  const token = deployment === 'cloud' ? 'classic' : 'pat';

  it('finds and deletes a worklog whose reply was lost', async () => {
    jira = await startJira({ deployment });
    const before = jira.state.worklogs();
    jira.faults.add({ kind: 'drop', when: 'after', method: 'POST', path: '/worklog', times: 1 });
    const rows = await check(token);
    expect(failed(rows)).toEqual(['Log 1 minute']);
    expect(rows.find(({ name }) => name === 'Clean up')?.seen).toMatch(/^deleted worklog \d+$/);
    expect(jira.state.worklogs()).toEqual(before);
  });

  it('deletes the worklog when a later check fails', async () => {
    jira = await startJira({ deployment });
    const before = jira.state.worklogs();
    jira.faults.add({ kind: 'status', when: 'before', status: 500, method: 'DELETE', times: 2 });
    const rows = await check(token);
    expect(failed(rows)).toEqual(['Delete']);
    expect(jira.state.worklogs()).toEqual(before);
  });

  it('names the worklog that could not be deleted', async () => {
    jira = await startJira({ deployment });
    const before = jira.state.worklogs().length;
    jira.setPermission('PROJ-123', 'DELETE_OWN_WORKLOGS', false);
    const rows = await check(token);
    expect(failed(rows)).toEqual(['Delete', 'Clean up']);
    expect(rows.find(({ name }) => name === 'Clean up')?.seen).toMatch(/^Worklog \d+ on PROJ-123 may still be there/);
    expect(jira.state.worklogs()).toHaveLength(before + 1);
  });

  it('cleans up after it was stopped', async () => {
    jira = await startJira({ deployment });
    const before = jira.state.worklogs();
    const stop = new AbortController();
    const onRow = ({ name }: CheckRow) => {
      if (name === 'Log 1 minute') stop.abort();
    };
    const rows = await check(token, undefined, { signal: stop.signal, onRow });
    expect(addUp(rows)).toMatchObject({ ok: false });
    expect(rows.at(-1)).toMatchObject({ name: 'Wrong issue', result: 'skipped', seen: 'stopped' });
    expect(jira.state.worklogs()).toEqual(before);
  });

  it('skips what needs a connection when there is none', async () => {
    jira = await startJira({ deployment });
    jira.revokeToken(token);
    const rows = await check(token);
    expect(failed(rows)).toEqual(['Connect']);
    expect(rows[0]?.seen).toMatch(/^unauthorized \(401\): /);
    expect(rows.slice(1).every(({ result }) => result === 'skipped')).toBe(true);
    expect(addUp(rows).ok).toBe(false);
  });

  it('sends no worklog to an issue that is not there', async () => {
    jira = await startJira({ deployment });
    const rows = await check(token, 'PROJ-999');
    expect(failed(rows)).toContain('Find the issue');
    expect(jira.state.requests({ path: /\/worklog/ })).toEqual([]);
  });
});

it('leaves alone what a person logged for the same minute on Data Center', async () => {
  jira = await startJira({ deployment: 'dataCenter' });
  const now = Date.UTC(2026, 10, 23, 12, 0, 30);
  const theirs = jira.addWorklog('PROJ-123', {
    started: Date.UTC(2026, 10, 23, 11, 59),
    timeSpentSeconds: 60,
    comment: 'By hand',
  });
  jira.faults.add({ kind: 'drop', when: 'before', method: 'POST', path: '/worklog', times: 1 });
  const rows = await check('pat', 'PROJ-123', { clock: { now: () => now, zone: () => 'UTC' } });
  expect(rows.find(({ name }) => name === 'Clean up')?.seen).toBe('nothing was left behind');
  expect(jira.state.worklog(theirs)?.commentText).toBe('By hand');
});

it('shows no token, whatever a row says', () => {
  const credentials = { type: 'apiToken', email: 'mia@example.invalid', token: 'secret-token' } as const;
  const header = Buffer.from('mia@example.invalid:secret-token').toString('base64');
  const row: CheckRow = { name: 'Connect', result: 'FAIL', milliseconds: 3, seen: `secret-token\n${header}` };
  expect(tableLine(row, credentials)).toMatch(/^Connect +FAIL +3 {2}\*\*\* \*\*\*$/);
});

describe('the variables', () => {
  const good = { JIRA_URL: 'https://a.atlassian.net', JIRA_TOKEN: 't0ken-text', JIRA_ISSUE: 'proj-1' };
  it.each([
    [{}, ['JIRA_URL is not set.', 'JIRA_TOKEN is not set.', 'JIRA_ISSUE is not set.']],
    [{ ...good, JIRA_TOKEN: '  ' }, ['JIRA_TOKEN is not set.']],
    [{ ...good, JIRA_URL: 'http://jira.example.com' }, [expect.stringMatching(/^JIRA_URL: A token is never sent/)]],
    [{ ...good, JIRA_ISSUE: 'what?' }, [expect.stringMatching(/^JIRA_ISSUE: /)]],
  ])('%j: says what is wrong', (env, problems) => {
    expect(readConfig(env)).toEqual({ problems });
  });

  it('take a token without an email for a personal access token', () => {
    expect(readConfig(good)).toMatchObject({ credentials: { type: 'pat' }, issueKey: 'PROJ-1' });
    expect(readConfig({ ...good, JIRA_EMAIL: 'a@b.c' })).toMatchObject({ credentials: { type: 'apiToken' } });
  });
});

describe('npm run check:jira', () => {
  const command = ['tools/run.mjs', 'tools/checkJira.ts'];
  /** Variables of the machine that would change what is tested. */
  const NONE = { JIRA_URL: '', JIRA_EMAIL: '', JIRA_TOKEN: '', JIRA_ISSUE: '' };
  const environment = (extra: Variables) => cleanEnv({ ...NONE, ...extra });

  it('tells how to set the variables and exits 2', async () => {
    const { code, output } = await run(process.execPath, command, { env: environment({}) });
    expect(code).toBe(2);
    expect(output).toContain(HELP);
  });

  it.each(SITES)('on %s with a %s token prints the table and exits 0', async (deployment, token) => {
    jira = await startJira({ deployment });
    const env = environment({ ...variables(token), TIMECARD_ATLASSIAN_GATEWAY: jira.gatewayUrl });
    const { code, output } = await run(process.execPath, command, { env });
    expect(output).toMatch(/Log 1 minute +pass/);
    expect(output).toMatch(/12 passed, 0 failed\n$/);
    expect(code).toBe(0);
    expect(output).not.toContain(jira.tokens[token]);
  });

  it('exits 1 when the token is not accepted, and does not print it', async () => {
    jira = await startJira({ deployment: 'cloud' });
    const { code, output } = await run(process.execPath, command, { env: environment(variables('expired')) });
    expect(code).toBe(1);
    expect(output).toMatch(/Connect +FAIL/);
    expect(output).not.toContain(jira.tokens.expired);
  });

  it.skipIf(process.platform === 'win32')('deletes its worklog when it is interrupted', async () => {
    jira = await startJira({ deployment: 'cloud' });
    const before = jira.state.worklogs();
    jira.faults.add({ kind: 'hang', when: 'before', method: 'PUT', path: '/worklog' });
    const child = spawn(process.execPath, command, { env: environment(variables('classic')), stdio: 'pipe' });
    const marked = /Find it by its mark +pass/;
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const seenBefore = marked.test(output);
      output += chunk.toString();
      // Once: a second signal may meet a process that is ending and listens no more.
      if (!seenBefore && marked.test(output)) child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(output).toMatch(/Clean up +pass +\d+ {2}deleted worklog \d+/);
    expect(jira.state.worklogs()).toEqual(before);
  });
});
