import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ambiguousSites, connectionForKey } from '../../../src/core/connectionChoice.ts';
import { type JiraSimulator, type SimulatorOptions, startJira } from '../../../tools/jira/simulator.ts';
import { failureOf } from '../jira/support.ts';
import { Office, type Window } from './office.ts';

const opened: { close(): Promise<void> }[] = [];

async function openOffice(deployment: 'cloud' | 'dataCenter' = 'dataCenter'): Promise<Office> {
  const office = await Office.open(deployment);
  opened.push(office);
  return office;
}

async function openJira(options: Partial<SimulatorOptions> = {}): Promise<JiraSimulator> {
  const jira = await startJira({ deployment: 'dataCenter', ...options });
  opened.push(jira);
  return jira;
}

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

/** Longer than nothing is asked for after a refusal. */
const LATER = 10_000;

/** Three refused sign-ins, one after the other. */
async function refuseThrice(windows: readonly Window[]): Promise<void> {
  for (const each of windows) {
    expect(await search(each)).toMatchObject({ reason: 'unauthorized' });
    for (const { clock } of new Set(windows)) clock.ahead += LATER;
  }
}

function search(window: Window): Promise<unknown> {
  return window.issues.search('login').catch((error: unknown) => error);
}

/** A Data Center that lets this account in no more; the simulator does that to passwords only. */
async function answerWithCaptcha(port: number) {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    const reason = 'CAPTCHA_CHALLENGE; login-url=http://127.0.0.1/login.jsp';
    response.writeHead(403, { 'X-Authentication-Denied-Reason': reason, 'Content-Type': 'text/html' }).end('denied');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { asked: () => asked, close };
}

describe('refused sign-ins', () => {
  it('end everything after three in a row, counted across windows', async () => {
    const office = await openOffice();
    const { jira, window, connection } = office;
    const second = await office.secondWindow();
    jira.revokeToken('pat');
    await refuseThrice([window, second, window]);
    expect((await second.connections.get(connection.id)).failedSignIns).toBe(3);
    const sent = jira.state.requests().length;
    const record = await office.finished('PROJ-123');
    const stopped = {
      reason: 'unauthorized',
      message: expect.stringContaining('stopped after three refused sign-ins'),
    };
    for (const each of [window, second]) {
      expect(await search(each)).toMatchObject(stopped);
      expect((await each.sync.push([record.id])).errors).toEqual([expect.objectContaining(stopped)]);
    }
    expect(jira.state.requests()).toHaveLength(sent);
  });

  it('are not sent together by a sync of many issues', async () => {
    const office = await openOffice();
    for (const key of ['PROJ-123', 'PROJ-124', 'PROJ-125', 'OPS-7', 'DEMO-1', 'PROJ-126']) await office.finished(key);
    office.jira.revokeToken('pat');
    const { errors } = await office.window.sync.push(undefined);
    expect(new Set(errors.map(({ reason }) => reason))).toEqual(new Set(['unauthorized']));
    expect(office.jira.state.requests().map(({ status }) => status)).toEqual([401]);
  });

  it('are one and not three while somebody types, and what is asked meanwhile is told why', async () => {
    const office = await openOffice('cloud');
    const { jira, window, connection } = office;
    jira.faults.add({ kind: 'status', when: 'before', status: 401 });
    for (const text of ['log', 'logi', 'login'])
      expect(await failureOf(window.issues.search(text))).toMatchObject({
        reason: 'unauthorized',
        message: expect.stringContaining('did not accept the token'),
      });
    expect((await window.connections.get(connection.id)).failedSignIns).toBe(1);
    expect(jira.state.requests()).toHaveLength(1);
    jira.faults.clear();
    window.clock.ahead += LATER;
    expect(await search(window)).toBeInstanceOf(Array);
    expect((await window.connections.get(connection.id)).failedSignIns).toBe(0);
  });

  it('are one when they were under way together, in several windows', async () => {
    const office = await openOffice();
    const { jira, window, connection } = office;
    const windows = [window, await office.secondWindow(), await office.secondWindow()];
    for (const each of windows) await search(each);
    jira.revokeToken('pat');
    jira.faults.add({ kind: 'latency', when: 'before', ms: 200 });
    expect(await Promise.all(windows.map(search))).toMatchObject(windows.map(() => ({ reason: 'unauthorized' })));
    expect((await window.connections.get(connection.id)).failedSignIns).toBe(1);
  });

  it('are over for a token that is good after all, when the user tests the connection', async () => {
    const { jira, window, connection } = await openOffice();
    jira.expireToken('pat');
    await refuseThrice([window, window, window]);
    jira.clearRequests();
    const { reason, ok } = await window.connections.test(connection.id);
    expect({ reason, ok }).toEqual({ reason: 'unauthorized', ok: false });
    expect(jira.state.requests()).toHaveLength(1);
    expect(await search(window)).toMatchObject({ message: expect.stringContaining('Test the connection') });
    expect(jira.state.requests()).toHaveLength(1);
    jira.expireToken('pat', false);
    expect(await window.connections.test(connection.id)).toMatchObject({ ok: true });
    expect(await window.connections.get(connection.id)).toMatchObject({ failedSignIns: 0, lastProblem: null });
    expect(await search(window)).toBeInstanceOf(Array);
  });

  it('are forgotten with a success', async () => {
    const { jira, window, connection } = await openOffice();
    jira.expireToken('pat');
    await search(window);
    window.clock.ahead += LATER;
    await search(window);
    expect(await window.connections.get(connection.id)).toMatchObject({
      failedSignIns: 2,
      lastProblem: { reason: 'unauthorized' },
    });
    jira.expireToken('pat', false);
    window.clock.ahead += LATER;
    expect(await search(window)).toBeInstanceOf(Array);
    expect(await window.connections.get(connection.id)).toMatchObject({ failedSignIns: 0, lastProblem: null });
  });

  it('are forgotten with new credentials, also for what waits', async () => {
    const office = await openOffice();
    const { jira, window, connection } = office;
    jira.expireToken('pat');
    await refuseThrice([window, window, window]);
    const record = await office.finished('PROJ-123');
    jira.expireToken('pat', false);
    await window.connections.add(jira.url, { type: 'pat', token: jira.tokens.pat });
    expect(await window.connections.get(connection.id)).toMatchObject({ failedSignIns: 0, lastProblem: null });
    expect((await window.sync.push([record.id])).succeeded).toBe(1);
  });

  it('stop at once at a CAPTCHA, until a test finds it solved', async () => {
    const { jira, window, connection } = await openOffice();
    await jira.goOffline();
    const locked = await answerWithCaptcha(Number(new URL(jira.url).port));
    expect(await search(window)).toMatchObject({ reason: 'captcha' });
    expect(await search(window)).toMatchObject({ reason: 'captcha', message: expect.stringContaining('stopped') });
    expect(locked.asked()).toBe(1);
    await locked.close();
    await jira.goOnline();
    expect(await search(window)).toMatchObject({ reason: 'captcha' });
    expect(jira.state.requests()).toEqual([]);
    expect((await window.connections.test(connection.id)).ok).toBe(true);
    expect(await search(window)).toBeInstanceOf(Array);
  });
});

describe('the status of a connection', () => {
  it('tells when Jira let us in last, without a commit for every request', async () => {
    const { window, connection } = await openOffice('cloud');
    const lastSuccess = async () => (await window.connections.get(connection.id)).lastSuccessAt ?? 0;
    await search(window);
    const first = await lastSuccess();
    window.clock.ahead += 30_000;
    await search(window);
    expect(await lastSuccess()).toBe(first);
    window.clock.ahead += 3_600_000;
    await search(window);
    expect(await lastSuccess()).toBeGreaterThan(first + 3_600_000);
  });

  it('tells what was wrong last, and no longer once it works', async () => {
    const { jira, window, connection } = await openOffice('cloud');
    await jira.goOffline();
    expect(await window.connections.test(connection.id)).toMatchObject({ ok: false, reason: 'network' });
    expect((await window.connections.get(connection.id)).lastProblem?.reason).toBe('network');
    await jira.goOnline();
    await window.connections.test(connection.id);
    expect((await window.connections.get(connection.id)).lastProblem).toBeNull();
  });
});

describe('editing a connection', () => {
  it('keeps its id and records when the context path changed', async () => {
    const office = await openOffice();
    const { jira, window, connection } = office;
    const port = Number(new URL(jira.url).port);
    await jira.close();
    const moved = await openJira({ port, contextPath: '/tools/jira' });
    const edited = await window.connections.edit(connection.id, `${moved.url}/browse/PROJ-123`);
    expect(edited).toMatchObject({ id: connection.id, jiraUrl: moved.url });
    expect(await window.connections.list()).toHaveLength(1);
    const again = await window.connections.add(moved.url, { type: 'pat', token: moved.tokens.pat });
    expect(again.id).toBe(connection.id);
  });

  it('refuses another account and changes nothing', async () => {
    const { jira, window, connection } = await openOffice();
    const before = await window.connections.get(connection.id);
    const emma = { type: 'pat', token: jira.tokens.colleaguePat } as const;
    await expect(window.connections.edit(connection.id, jira.url, emma)).rejects.toMatchObject({
      reason: 'invalid',
      message: expect.stringMatching(/Emma Curtis.*Mia Krystof.*Nothing was changed/),
    });
    expect(await window.connections.get(connection.id)).toEqual(before);
    expect(await window.secrets.get(connection.id)).toBe(jira.tokens.pat);
  });

  it('never shows the stored token to another host', async () => {
    const { window, connection } = await openOffice();
    const other = await openJira();
    await expect(window.connections.edit(connection.id, other.url)).rejects.toMatchObject({ reason: 'signedOut' });
    expect(other.state.requests().map(({ headers }) => headers.authorization)).toEqual([undefined]);
    const token = { type: 'pat', token: other.tokens.pat } as const;
    expect(await window.connections.edit(connection.id, other.url, token)).toMatchObject({
      id: connection.id,
      jiraUrl: other.url,
    });
  });
});

describe('several sites', () => {
  async function twoSites() {
    const { window, connection: first } = await openOffice();
    const jira = await openJira();
    const second = await window.connections.add(jira.url, { type: 'pat', token: jira.tokens.pat });
    return { window, first, second, jira };
  }

  it('have one default at most', async () => {
    const { window, first, second } = await twoSites();
    await window.connections.makeDefault(first.id);
    await window.connections.makeDefault(second.id);
    const all = await window.connections.list();
    expect(all.filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual([second.id]);
    expect(connectionForKey(all, 'NOWHERE-1')?.id).toBe(second.id);
  });

  it('share a key until the user has chosen, and the choice outlives signing in again', async () => {
    const { window, first, second, jira } = await twoSites();
    const sites = async () => ambiguousSites(await window.connections.list(), 'PROJ-123').map(({ id }) => id);
    expect(await sites()).toEqual([first.id, second.id]);
    await window.connections.chooseFor('proj', second.id);
    expect(await sites()).toEqual([]);
    await window.connections.add(jira.url, { type: 'pat', token: jira.tokens.pat });
    expect(connectionForKey(await window.connections.list(), 'PROJ-123')?.id).toBe(second.id);
    await window.connections.chooseFor('PROJ', first.id);
    const chosen = (await window.connections.list()).map(({ chosenProjects }) => chosenProjects);
    expect(chosen).toEqual([['PROJ'], []]);
  });

  it('take nothing for a connection that is not there', async () => {
    const { window } = await twoSites();
    await expect(window.connections.makeDefault('nobody')).rejects.toMatchObject({ reason: 'invalid' });
    await expect(window.connections.chooseFor('PROJ', 'nobody')).rejects.toMatchObject({ reason: 'invalid' });
  });
});
