import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { OAuthSignIn } from '../../../src/app/oauthSignIn.ts';
import { TimecardError } from '../../../src/core/errors.ts';
import type { Credentials, SiteInfo } from '../../../src/core/jiraPorts.ts';
import type { Connection } from '../../../src/core/records.ts';
import { BackButton, box, opened, pick, shown, watchToasts } from './vscodeStub.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const wizard = await import('../../../src/editor/connectWizard.ts');
const { signInWithBrowser } = await import('../../../src/editor/oauthStep.ts');

type Found = SiteInfo & { readonly jiraUrl: string };

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A Jira that knows one site and one token, as `Connections` presents it. */
class FakeConnections {
  readonly asked: string[] = [];
  tried = 0;
  /** Whose token it is, when it matters. */
  goodEmail: string | undefined;
  readonly added: { jiraUrl: string; credentials: Credentials }[] = [];
  constructor(
    private readonly sites: Readonly<Record<string, SiteInfo>>,
    private readonly goodToken = 'good',
  ) {}

  async detect(address: string): Promise<Found> {
    this.asked.push(address);
    const jiraUrl = Object.keys(this.sites).find((site) => address.startsWith(site));
    const info = jiraUrl === undefined ? undefined : this.sites[jiraUrl];
    if (jiraUrl === undefined || info === undefined)
      throw new TimecardError('notJira', `There is no Jira at ${address}.`);
    return { ...info, jiraUrl };
  }

  beginOAuth(): Promise<OAuthSignIn> {
    return Promise.reject(new Error('must not be called'));
  }

  async edit(_: string, jiraUrl: string, credentials?: Credentials): Promise<Connection> {
    if (credentials === undefined) throw new Error('must not be called without credentials');
    return this.add(jiraUrl, credentials);
  }

  async add(jiraUrl: string, credentials: Credentials): Promise<Connection> {
    this.tried += 1;
    const isOther =
      credentials.type === 'apiToken' && this.goodEmail !== undefined && credentials.email !== this.goodEmail;
    if (credentials.token !== this.goodToken || isOther)
      throw new TimecardError('unauthorized', 'Jira did not accept the token.');
    this.added.push({ jiraUrl, credentials });
    return connection(jiraUrl, credentials);
  }
}

function connection(jiraUrl: string, credentials: Credentials): Connection {
  return {
    id: 'c1',
    jiraUrl,
    deployment: credentials.type === 'pat' ? 'dataCenter' : 'cloud',
    authType: credentials.type,
    email: credentials.type === 'apiToken' ? credentials.email : null,
    cloudId: null,
    accountId: 'mia',
    displayName: 'Mia',
    profileZone: null,
    isActive: true,
    isDefault: false,
    chosenProjects: [],
    lastSuccessAt: null,
    lastProblem: null,
    failedSignIns: 0,
    projectKeys: [],
    createdAt: 0,
    updatedAt: 0,
  };
}

const known = (email: string) => connection(CLOUD, { type: 'apiToken', email, token: '' });

const noSettings = {
  sites: (): readonly string[] => [],
  suggestedSite: () => '',
  cloudClientId: () => '',
  dataCenterClientId: (_: string) => '',
  redirectUri: () => 'http://127.0.0.1:31417/callback',
};

type WizardConnections = Parameters<typeof wizard.connectWizard>[0]['connections'];

function connectWizard(connections: WizardConnections, settings: Partial<typeof noSettings> = {}) {
  return wizard.connectWizard({ connections, log: silent, settings: { ...noSettings, ...settings } });
}

function signInAgain(connections: WizardConnections, old: Connection) {
  return wizard.signInAgain({ connections, log: silent, settings: noSettings }, old);
}

const CLOUD = 'https://example.atlassian.net';
const cloud = () => new FakeConnections({ [CLOUD]: { deployment: 'cloud', title: null } });

async function enter(prompt: RegExp, text: string): Promise<void> {
  const input = await box((each) => prompt.test(each.prompt ?? ''));
  input.type(text);
  input.enter();
}

async function said(message: RegExp) {
  return box((each) => message.test(each.message) && each.enabled);
}

describe('the connect wizard', () => {
  beforeEach(() => {
    shown.current = undefined;
  });

  it('takes any address of a Cloud site, then email and token', async () => {
    const connections = cloud();
    const done = connectWizard(connections);
    const first = await box();
    first.type(`${CLOUD}/jira/software/projects/DEMO/boards/1?selectedIssue=DEMO-7`);
    expect(first.message).toBe(`Connects to ${CLOUD}`);
    expect([first.step, first.totalSteps]).toEqual([1, 3]);
    first.enter();
    await enter(/email/, 'mia@example.com');
    const last = await box((each) => /API token/.test(each.prompt ?? ''));
    expect([last.step, last.totalSteps, last.password]).toEqual([3, 3, true]);
    await enter(/API token/, 'good');
    expect((await done).id).toBe('c1');
    expect(connections.added).toEqual([
      { jiraUrl: CLOUD, credentials: { type: 'apiToken', email: 'mia@example.com', token: 'good' } },
    ]);
  });

  it('asks Data Center for a personal access token only', async () => {
    const connections = new FakeConnections({
      'https://jira.example.com/jira': { deployment: 'dataCenter', title: null },
    });
    const done = connectWizard(connections);
    await enter(/address/, 'https://jira.example.com/jira/browse/OPS-1');
    const last = await box((each) => /personal access token/.test(each.prompt ?? ''));
    expect([last.step, last.totalSteps]).toEqual([2, 2]);
    await enter(/personal access token/, 'good');
    await done;
    expect(connections.added[0]?.credentials).toEqual({ type: 'pat', token: 'good' });
  });

  it('says what is wrong with an address and keeps it', async () => {
    const connections = cloud();
    const done = connectWizard(connections);
    await enter(/address/, 'https://elsewhere.example.com');
    const stuck = await said(/There is no Jira at https:\/\/elsewhere/);
    expect(stuck.value).toBe('https://elsewhere.example.com');
    stuck.type('http://example.com');
    expect(stuck.message).toContain('plain http');
    stuck.type(CLOUD);
    stuck.enter();
    await enter(/email/, 'mia@example.com');
    await enter(/API token/, 'good');
    await done;
  });

  it('keeps everything typed after a refused token, also on the way back, and saves nothing before it works', async () => {
    const connections = cloud();
    const done = connectWizard(connections);
    await enter(/address/, CLOUD);
    await enter(/email/, 'mai@example.com');
    await enter(/API token/, 'good ');
    const refused = await said(/did not accept the token.*another email address/);
    expect(refused.value).toBe('good ');
    expect(connections.added).toEqual([]);
    refused.press(BackButton);
    const email = await box((each) => /email/.test(each.prompt ?? ''));
    expect(email.value).toBe('mai@example.com');
    email.type('nonsense');
    email.enter();
    await said(/Enter an email address/);
    email.press(BackButton);
    const address = await box((each) => /address of your Jira/.test(each.prompt ?? ''));
    expect(address.value).toBe(CLOUD);
    address.enter();
    await enter(/email/, 'mia@example.com');
    await enter(/API token/, 'good');
    await done;
    expect(connections.added).toHaveLength(1);
  });

  it('aborts what is under way and saves nothing when it is closed', async () => {
    let signal: AbortSignal | undefined;
    const connections = {
      detect: (_: string, given?: AbortSignal) => {
        signal = given;
        return new Promise<Found>(() => undefined);
      },
      add: () => Promise.reject(new Error('must not be called')),
      edit: () => Promise.reject(new Error('must not be called')),
      beginOAuth: () => Promise.reject(new Error('must not be called')),
    };
    const done = connectWizard(connections);
    await enter(/address/, CLOUD);
    const busy = await box((each) => each.busy);
    expect(busy.enabled).toBe(false);
    busy.hide();
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
    expect(signal?.aborted).toBe(true);
  });

  it('asks for nothing but the token when signing in again', async () => {
    const connections = cloud();
    const done = signInAgain(connections, known('mia@example.com'));
    await enter(/API token/, 'good');
    expect((await done).email).toBe('mia@example.com');
    expect(connections.added).toHaveLength(1);
  });

  it('asks for the email address too once a token was refused, as it may have changed', async () => {
    const connections = cloud();
    const done = signInAgain(connections, known('mia@example.com'));
    connections.goodEmail = 'mia.k@example.com';
    await enter(/API token/, 'good');
    const email = await box((each) => /email/.test(each.prompt ?? ''));
    expect(email.message).toMatch(/did not accept the token.*another email address/);
    expect(email.message).toMatch(/Check the email address of your Atlassian account/);
    expect(email.value).toBe('mia@example.com');
    email.type('mia.k@example.com');
    expect(email.message).toBe('');
    email.enter();
    const token = await box((each) => /API token/.test(each.prompt ?? ''));
    expect(token.value).toBe('good');
    token.enter();
    expect((await done).email).toBe('mia.k@example.com');
    expect(connections.tried).toBe(2);
  });

  it('leads back from the token to the email address, and stops after three refused tokens all the same', async () => {
    const toasts = watchToasts();
    const connections = cloud();
    const done = signInAgain(connections, known('mia@example.com'));
    await enter(/API token/, 'wrong-1');
    (await box((each) => /email/.test(each.prompt ?? ''))).enter();
    await enter(/API token/, 'wrong-2');
    (await said(/did not accept/)).press(BackButton);
    (await box((each) => /email/.test(each.prompt ?? ''))).enter();
    await enter(/API token/, 'wrong-3');
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
    expect(connections.tried).toBe(3);
    expect(toasts[0]?.message).toContain('three refused tokens');
  });

  it('stops after three refused tokens for one address, also when the user went back in between', async () => {
    const toasts = watchToasts((_, [button]) => button);
    const connections = cloud();
    const done = connectWizard(connections);
    await enter(/address/, CLOUD);
    await enter(/email/, 'mia@example.com');
    await enter(/API token/, 'wrong-1');
    (await said(/did not accept/)).press(BackButton);
    await enter(/email/, 'mia@example.com');
    await enter(/API token/, 'wrong-2');
    await said(/did not accept/);
    await enter(/API token/, 'wrong-3');
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
    expect(connections.tried).toBe(3);
    expect(toasts).toEqual([
      { message: expect.stringContaining('three refused tokens'), buttons: ['Open the token page'] },
    ]);
    await vi.waitFor(() => expect(opened).toContain('https://id.atlassian.com/manage-profile/security/api-tokens'));
  });

  it('stops at the first CAPTCHA', async () => {
    const toasts = watchToasts();
    const connections = cloud();
    connections.add = () => Promise.reject(new TimecardError('captcha', 'Jira asks for a CAPTCHA.'));
    const done = connectWizard(connections);
    await enter(/address/, CLOUD);
    await enter(/email/, 'mia@example.com');
    await enter(/API token/, 'good');
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
    expect(toasts[0]?.buttons).toEqual(['Open Jira']);
  });

  it('offers known sites, says which the workspace suggests, and asks none before it is chosen', async () => {
    const connections = cloud();
    const settings = {
      sites: () => ['https://jira.example.com/jira/', 'http://plain.example.com'],
      suggestedSite: () => `${CLOUD}/browse/DEMO-1`,
    };
    const done = connectWizard(connections, settings);
    await box((each) => /Which Jira/.test(each.placeholder ?? ''));
    const list = pick();
    expect(list.items.map(({ label, description }) => [label, description])).toEqual([
      ['$(globe) jira.example.com/jira', 'from your settings'],
      ['$(globe) example.atlassian.net', 'suggested by this workspace'],
      ['$(edit) Another address', undefined],
    ]);
    expect(connections.asked).toEqual([]);
    list.activeItems = list.items.slice(1, 2);
    list.enter();
    const email = await box((each) => /email/.test(each.prompt ?? ''));
    expect([email.step, email.totalSteps]).toEqual([2, 3]);
    expect(connections.asked).toEqual([CLOUD]);
    email.hide();
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('keeps a chosen site that does not answer in the box, and leads back to the list', async () => {
    const connections = cloud();
    const done = connectWizard(connections, { sites: () => ['https://gone.example.com'] });
    await box((each) => /Which Jira/.test(each.placeholder ?? ''));
    pick().enter();
    const stuck = await said(/There is no Jira at https:\/\/gone/);
    stuck.press(BackButton);
    await box((each) => /Which Jira/.test(each.placeholder ?? ''));
    pick().activeItems = pick().items.slice(-1);
    pick().enter();
    await enter(/address/, CLOUD);
    await enter(/email/, 'mia@example.com');
    await enter(/API token/, 'good');
    await done;
  });

  it('asks how to sign in only where there is a choice, and finishes OAuth in the browser', async () => {
    const browser = fakeBrowser();
    const connections = Object.assign(cloud(), { beginOAuth: browser.begin });
    const done = connectWizard(connections, { cloudClientId: () => 'client-1' });
    await enter(/address/, CLOUD);
    await box((each) => /How do you want/.test(each.placeholder ?? ''));
    expect(pick().labels).toEqual(['API token', 'OAuth']);
    pick().activeItems = pick().items.slice(1);
    pick().enter();
    const secret = await box((each) => /client secret/.test(each.prompt ?? ''));
    expect(secret.password).toBe(true);
    await enter(/client secret/, ' s3cret ');
    const waiting = await box((each) => /in the browser/.test(each.prompt ?? ''));
    expect([waiting.step, waiting.totalSteps]).toEqual([4, 4]);
    expect(opened).toContain('https://auth.example/authorize?state=1');
    await enter(/in the browser/, 'nonsense');
    await said(/not the address/);
    browser.finish(connection(CLOUD, { type: 'pat', token: '' }));
    expect((await done).displayName).toBe('Mia');
    expect(browser.client).toEqual({
      clientId: 'client-1',
      clientSecret: 's3cret',
      redirectUri: noSettings.redirectUri(),
    });
    expect(browser.isDisposed).toBe(true);
  });

  it('tells which connection it signs in to again', async () => {
    const browser = fakeBrowser();
    const connections = Object.assign(cloud(), { beginOAuth: browser.begin });
    const old: Connection = {
      ...connection(CLOUD, { type: 'pat', token: '' }),
      deployment: 'cloud',
      authType: 'oauth',
    };
    const settings = { ...noSettings, cloudClientId: () => 'client-1' };
    const done = wizard.signInAgain({ connections, log: silent, settings }, old);
    await enter(/client secret/, 's3cret');
    await box((each) => /in the browser/.test(each.prompt ?? ''));
    expect(browser.again).toBe(old.id);
    browser.finish(old);
    expect(await done).toBe(old);
  });

  it('gives the browser up when its box is closed or it fails', async () => {
    const closed = fakeBrowser();
    const client = { clientId: 'c', clientSecret: null, redirectUri: 'x' };
    const first = signInWithBrowser({ beginOAuth: closed.begin }, CLOUD, client, { title: 'T' });
    (await box((each) => /in the browser/.test(each.prompt ?? ''))).hide();
    await expect(first).rejects.toMatchObject({ reason: 'cancelled' });
    expect([closed.isDisposed, closed.signal?.aborted]).toEqual([true, true]);
    const failing = fakeBrowser();
    const second = signInWithBrowser({ beginOAuth: failing.begin }, CLOUD, client, { title: 'T' });
    await box((each) => /in the browser/.test(each.prompt ?? ''));
    failing.fail(new TimecardError('unauthorized', 'Access was denied.'));
    await expect(second).rejects.toMatchObject({ reason: 'unauthorized' });
    expect(failing.isDisposed).toBe(true);
  });
});

/** A sign-in in the browser that a test ends. */
function fakeBrowser() {
  let end: { resolve: (c: Connection) => void; reject: (e: unknown) => void } | undefined;
  const browser = {
    client: undefined as unknown,
    isDisposed: false,
    signal: undefined as AbortSignal | undefined,
    finish: (c: Connection) => end?.resolve(c),
    fail: (error: unknown) => end?.reject(error),
    again: undefined as string | undefined,
    begin: async (_: string, client: unknown, again?: string) => {
      browser.client = client;
      browser.again = again;
      return {
        url: 'https://auth.example/authorize?state=1',
        paste: () => {
          throw new TimecardError('invalid', 'address: This is not the address the browser ended at.');
        },
        finish: (signal?: AbortSignal) => {
          browser.signal = signal;
          return new Promise<Connection>((resolve, reject) => {
            end = { resolve, reject };
          });
        },
        dispose: () => {
          browser.isDisposed = true;
        },
      };
    },
  };
  return browser;
}
