import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OAuthClient, OAuthSignIn } from '../../../src/app/oauthSignIn.ts';
import type { Log } from '../../../src/core/ports.ts';
import type { Connection, Deployment } from '../../../src/core/records.ts';
import { type JiraSimulator, startJira } from '../../../tools/jira/simulator.ts';
import { freePort } from '../../../tools/support/ports.ts';
import { failureOf } from '../jira/support.ts';
import { comesBackTo, secretsOfTwoWindows } from './oauthSupport.ts';
import { openWindow, type Window, type WindowOptions } from './office.ts';

const SECRET = 'simulated-client-secret';
const TOKEN = /\/token$/;

describe.each<Deployment>(['cloud', 'dataCenter'])('signing in to %s with OAuth', (deployment) => {
  let jira: JiraSimulator;
  let folder: string;
  let window: Window;
  let client: OAuthClient;
  const windows: Window[] = [];
  const logged: string[] = [];
  const write = (...parts: readonly unknown[]) => {
    logged.push(parts.map(String).join(' '));
  };
  const log: Log = { info: write, warn: write, error: write };

  beforeEach(async () => {
    jira = await startJira({ deployment });
    folder = await mkdtemp(join(tmpdir(), 'timecard-oauth-'));
    window = await open();
    const redirectUri = `http://127.0.0.1:${await freePort()}/callback`;
    jira.setOAuth({ redirectUri });
    client = { clientId: 'simulated-client', clientSecret: deployment === 'cloud' ? SECRET : null, redirectUri };
  });
  afterEach(async () => {
    for (const each of windows.splice(0)) await each.store.close();
    await jira.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(options: Partial<WindowOptions> = {}): Promise<Window> {
    const made = await openWindow({
      ...{ folder, gatewayUrl: jira.gatewayUrl, authUrl: jira.authUrl, log, timeoutMs: 3_000 },
      ...options,
    });
    windows.push(made);
    return made;
  }

  async function signIn(): Promise<Connection> {
    const started = await window.connections.beginOAuth(jira.url, client);
    const [connection, page] = await Promise.all([started.finish(), browse(started)]);
    expect(page.status).toBe(200);
    return connection;
  }

  const secretOf = ({ id }: Connection) => window.secrets.tokens.get(id) ?? '';
  const refreshes = () =>
    jira.state.requests({ path: TOKEN }).filter(({ body }) => text(body).includes('refresh_token'));

  async function records(count: number): Promise<void> {
    const now = Math.floor(window.clock.now() / 1_000) * 1_000;
    for (let each = 0; each < count; each++) {
      const timeIn = now - (each + 2) * 3_600_000;
      const issueKey = each % 2 === 0 ? 'DEMO-7' : 'DEMO-8';
      await window.records.add({ timeIn, timeOut: timeIn + 1_800_000, issueKey, notes: `n${each}`, source: 'manual' });
    }
  }

  it('keeps the connection and its grant, and uses it', async () => {
    const connection = await signIn();
    expect(connection).toMatchObject({ deployment, authType: 'oauth', jiraUrl: jira.url });
    expect(connection.cloudId).toBe(deployment === 'cloud' ? jira.cloudId : null);
    expect(JSON.parse(secretOf(connection))).toMatchObject({ clientId: client.clientId });
    expect(await window.connections.test(connection.id)).toMatchObject({
      ok: true,
      displayName: jira.users.mia.displayName,
    });
    await window.connections.remove(connection.id);
    expect(window.secrets.tokens.size).toBe(0);
  });

  it('lets a wrong or missing state not end the wait, and a right one only once', async () => {
    const started = await window.connections.beginOAuth(jira.url, client);
    const finished = started.finish();
    for (const query of ['code=x&state=wrong', 'code=x', 'state=']) {
      expect((await fetch(`${client.redirectUri}?${query}`)).status).toBe(400);
    }
    expect((await fetch(client.redirectUri.replace('callback', 'other'))).status).toBe(404);
    expect(() => started.paste(`${client.redirectUri}?code=x&state=wrong`)).toThrow('another sign-in');
    const back = await comesBackTo(started);
    const page = await fetch(back);
    expect(page.headers.get('content-security-policy')).toBe("default-src 'none'");
    await finished;
    expect(() => started.paste(back)).toThrow('ended already');
    await expect(fetch(back)).rejects.toThrow();
  });

  it('takes a pasted address when the organisation registered https', async () => {
    client = { ...client, redirectUri: 'https://intranet.example.invalid/back' };
    jira.setOAuth({ redirectUri: client.redirectUri });
    const started = await window.connections.beginOAuth(jira.url, client);
    const finished = started.finish();
    started.paste(await comesBackTo(started));
    expect(await finished).toMatchObject({ authType: 'oauth' });
  });

  it('says when access was denied, and keeps nothing', async () => {
    jira.setOAuth({ deny: true });
    expect(await failureOf(signIn())).toMatchObject({ reason: 'unauthorized' });
    expect(await window.connections.list()).toEqual([]);
    expect(window.secrets.tokens.size).toBe(0);
  });

  it('stops waiting when cancelled, and when the time is up', async () => {
    const abort = new AbortController();
    const finished = (await window.connections.beginOAuth(jira.url, client)).finish(abort.signal);
    abort.abort();
    expect(await failureOf(finished)).toMatchObject({ reason: 'cancelled' });
    const hasty = await open({ signInLimitMs: 20 });
    const late = await hasty.connections.beginOAuth(jira.url, client);
    expect(await failureOf(late.finish())).toMatchObject({ reason: 'network' });
  });

  it('says which port is taken', async () => {
    const first = await window.connections.beginOAuth(jira.url, client);
    const error = await failureOf(window.connections.beginOAuth(jira.url, client));
    expect(error).toMatchObject({ reason: 'invalid' });
    expect(error.message).toContain(`Port ${new URL(client.redirectUri).port}`);
    first.dispose();
  });

  it('refreshes once for two windows, and both go on', async () => {
    const connection = await signIn();
    const other = await open({ secrets: window.secrets });
    for (const { clock } of [window, other]) clock.ahead += 3 * 3_600_000;
    const asked = [window, other].map(async ({ connections }) => (await connections.session(connection)).myself());
    expect(await Promise.all(asked)).toHaveLength(2);
    expect(refreshes()).toHaveLength(1);
  });

  describe('in two windows of which each sees late what the other keeps', () => {
    let other: Window;
    let connection: Connection;
    const ask = async ({ connections }: Window) => (await connections.session(connection)).myself();

    beforeEach(async () => {
      const [own, late] = secretsOfTwoWindows();
      window = await open({ secrets: own });
      other = await open({ secrets: late });
      connection = await signIn();
      await own.shared();
      for (const { clock } of [window, other]) clock.ahead += 3 * 3_600_000;
    });

    it('refreshes once, and sends no refresh token that is spent', async () => {
      expect(await Promise.all([window, other].map(ask))).toHaveLength(2);
      expect(refreshes()).toHaveLength(1);
    });

    it('takes the grant that another window has kept, and does not bury it, after sending an old one', async () => {
      const old = secretOf(connection);
      await ask(window);
      await window.secrets.shared();
      const good = secretOf(connection);
      expect(good).not.toBe(old);
      other.secrets.tokens.set(connection.id, old);
      setTimeout(() => other.secrets.tokens.set(connection.id, good), 100);
      expect(await ask(other)).toBeDefined();
      await window.secrets.shared();
      expect([window, other].map(({ secrets }) => secrets.tokens.get(connection.id))).toEqual([good, good]);
      expect((await window.connections.list())[0]?.failedSignIns).toBe(0);
    });

    it('buries a grant that nobody has replaced', async () => {
      jira.revokeAccess();
      expect(await failureOf(ask(other))).toMatchObject({ reason: 'unauthorized' });
      await other.secrets.shared();
      expect(await failureOf(ask(window))).toMatchObject({ reason: 'unauthorized', outcome: 'notSent' });
      expect(refreshes()).toHaveLength(1);
    });
  });

  it('goes on when access ends in the middle of a push, each record once', async () => {
    await signIn();
    await records(6);
    const before = jira.state.worklogs().length;
    const pushed = window.sync.push(undefined);
    await until(() => jira.state.worklogs().length > before);
    jira.expireAccess();
    expect(await pushed).toMatchObject({ total: 6, succeeded: 6, failed: 0 });
    expect(jira.state.worklogs()).toHaveLength(before + 6);
    expect(refreshes()).toHaveLength(1);
  });

  it('keeps the new refresh token before the new access token is used', async () => {
    const connection = await signIn();
    const old = secretOf(connection);
    jira.expireAccess();
    jira.clearRequests();
    jira.setOAuth({ leewayMs: 600_000 });
    const { connections, secrets } = window;
    const keep = secrets.set;
    secrets.set = () => Promise.reject(new Error('killed'));
    await failureOf(connections.session(connection).then((session) => session.projectKeys()));
    expect(secretOf(connection)).toBe(old);
    const [spent] = refreshes();
    expect(spent).toBeDefined();
    // Nothing carried the token that was not kept.
    const sent = jira.state.requests({ path: /\/rest\/api\// }).map(({ sequence }) => sequence);
    expect(Math.max(...sent)).toBeLessThan(spent?.sequence ?? 0);
    // Atlassian lets a spent refresh token work a little longer, for just this.
    secrets.set = keep;
    expect(await (await connections.session(connection)).myself()).toBeDefined();
  });

  it('leaves the grant as it is when the reply to a refresh is lost', async () => {
    const connection = await signIn();
    const old = secretOf(connection);
    jira.setOAuth({ leewayMs: 600_000 });
    jira.expireAccess();
    jira.faults.add({ kind: 'drop', when: 'after', path: '/token$', times: 1 });
    const session = await window.connections.session(connection);
    expect(await session.myself()).toBeDefined();
    // Asked again with the refresh token that was still there.
    const [first, second] = refreshes();
    expect(second?.body).toEqual(first?.body);
    expect(secretOf(connection)).not.toBe(old);
  });

  it('tells to sign in again when the refresh token is spent or access was taken away', async () => {
    const connection = await signIn();
    const old = secretOf(connection);
    window.clock.ahead += 3 * 3_600_000;
    await (await window.connections.session(connection)).myself();
    window.secrets.tokens.set(connection.id, old);
    const session = await window.connections.session(connection);
    const error = await failureOf(session.myself());
    expect(error).toMatchObject({ reason: 'unauthorized', outcome: 'notSent' });
    expect(error.message).toContain('Sign in again');
    window.clock.ahead += 10_000;
    window.secrets.tokens.set(connection.id, 'no grant');
    expect(await failureOf(session.myself())).toMatchObject({ reason: 'signedOut' });
  });

  it('shows no secret in the log, in an error or in the database', async () => {
    const connection = await signIn();
    const secrets = Object.values<unknown>(JSON.parse(secretOf(connection))).filter(
      (value) => typeof value === 'string' && /^(access|refresh)-|secret/.test(value),
    );
    expect(secrets.length).toBeGreaterThanOrEqual(2);
    jira.revokeAccess();
    const error = await failureOf((await window.connections.session(connection)).myself());
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
    const texts = await Promise.all(files.map((each) => readFile(join(each.parentPath, each.name), 'latin1')));
    const all = [...texts, ...logged, error.message, JSON.stringify(error)].join('\n');
    for (const secret of secrets) expect(all).not.toContain(secret);
  });

  it.runIf(deployment === 'cloud')('names the sites that were granted instead', async () => {
    jira.setOAuth({ sites: [{ id: 'other-id', url: 'https://other.atlassian.net' }] });
    const error = await failureOf(signIn());
    expect(error).toMatchObject({ reason: 'forbidden' });
    expect(error.message).toContain('https://other.atlassian.net');
    expect(window.secrets.tokens.size).toBe(0);
  });

  it.runIf(deployment === 'cloud')('refuses a missing or wrong client secret', async () => {
    const without = window.connections.beginOAuth(jira.url, { ...client, clientSecret: null });
    expect(await failureOf(without)).toMatchObject({ reason: 'invalid' });
    client = { ...client, clientSecret: 'wrong-secret-of-mia' };
    const error = await failureOf(signIn());
    expect(error).toMatchObject({ reason: 'unauthorized' });
    expect(error.message).not.toContain('wrong-secret-of-mia');
  });
});

async function browse(started: OAuthSignIn): Promise<Response> {
  return fetch(await comesBackTo(started));
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

function text(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body ?? '');
}
