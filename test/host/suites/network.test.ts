import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';
import { clear, minutesAgo, missingUnlessCi, sites, timecard, token } from './support.ts';

interface Network {
  readonly proxyUrl: string;
  readonly trustedUrl: string;
  readonly strangerUrl: string;
}

/** `undefined` on the desktop, and where there is no `openssl` to make certificates with. */
function network(): Network | undefined {
  const told = process.env.TIMECARD_TEST_NETWORK;
  if (told !== undefined) return JSON.parse(told);
  return vscode.env.uiKind === vscode.UIKind.Desktop ? undefined : missingUnlessCi('certificates');
}

async function tunnels({ proxyUrl }: Network): Promise<readonly string[]> {
  const reply = await fetch(`${proxyUrl}/tunnels`);
  const list: unknown = await reply.json();
  assert.ok(Array.isArray(list));
  return list.map(String);
}

/** VS Code 1.96 asks the system's store instead of Node, and so does not know NODE_EXTRA_CA_CERTS, until it is told not to. */
const ASKS_THE_SYSTEM = vscode.version.startsWith('1.96.');

/** One of VS Code's own settings, of this user. */
async function setHttp(name: 'proxy' | 'proxyStrictSSL' | 'systemCertificates', value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('http').update(name, value, vscode.ConfigurationTarget.Global);
}

/* VS Code's own proxy and certificate handling is what reaches Jira: docs/connect.md, "Proxies and certificates". */
describe('a Jira behind a proxy, with a certificate of its own', () => {
  let api: TimecardApi;

  before(async function () {
    const here = network();
    if (here === undefined || sites() === undefined) this.skip();
    await setHttp('proxy', here.proxyUrl);
    api = await timecard();
  });
  beforeEach(() => clear(api));
  after(async () => {
    if (api === undefined) return;
    await clear(api);
    await setHttp('systemCertificates', undefined);
    await setHttp('proxyStrictSSL', undefined);
    await setHttp('proxy', undefined);
  });

  function setUp() {
    const here = network();
    const dataCenter = sites()?.dataCenter;
    assert.ok(here !== undefined && dataCenter !== undefined);
    return { here, auth: { type: 'pat', token: token(dataCenter, 'pat') } as const };
  }

  it('is refused by the oldest VS Code when only Node was told of the certificate', async function () {
    if (!ASKS_THE_SYSTEM) this.skip();
    const { here, auth } = setUp();
    await assert.rejects(
      api.connections.add({ jiraUrl: here.trustedUrl, auth }),
      (error: unknown) => error instanceof Error && 'reason' in error && error.reason === 'tls',
    );
    assert.deepEqual(await api.connections.list(), []);
  });

  it('is reached through VS Code’s proxy when VS Code trusts the certificate', async () => {
    const { here, auth } = setUp();
    if (ASKS_THE_SYSTEM) await setHttp('systemCertificates', false);
    const before = (await tunnels(here)).length;
    const connection = await api.connections.add({ jiraUrl: here.trustedUrl, auth });
    assert.equal(connection.jiraUrl, here.trustedUrl);
    const times = { timeIn: minutesAgo(60), timeOut: minutesAgo(30) };
    const record = await api.records.add({ ...times, issueKey: 'DEMO-7' });
    const { succeeded, errors } = await api.sync.push([record.id]);
    assert.deepEqual({ succeeded, errors }, { succeeded: 1, errors: [] });
    await api.sync.deleteWorklog(record.id);
    const asked = (await tunnels(here)).slice(before);
    assert.ok(asked.length > 0, 'nothing went through the proxy');
    assert.deepEqual([...new Set(asked)], [`${new URL(here.trustedUrl).host}:443`]);
  });

  for (const strict of [true, false]) {
    it(`is refused when nobody vouches for the certificate, and nothing is kept (http.proxyStrictSSL ${strict})`, async () => {
      const { here, auth } = setUp();
      await setHttp('proxyStrictSSL', strict ? undefined : false);
      const { host } = new URL(here.strangerUrl);
      const before = (await tunnels(here)).length;
      await assert.rejects(api.connections.add({ jiraUrl: here.strangerUrl, auth }), (error: unknown) => {
        assert.ok(error instanceof Error);
        assert.equal('reason' in error && error.reason, 'tls', error.message);
        assert.ok(error.message.startsWith(`The certificate of ${host} is not trusted`), error.message);
        return true;
      });
      assert.deepEqual(await api.connections.list(), []);
      assert.ok((await tunnels(here)).slice(before).includes(`${host}:443`));
    });
  }
});
