import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TimecardError } from '../../../src/core/errors.ts';
import type { Credentials, SiteInfo } from '../../../src/core/ports.ts';
import type { Connection } from '../../../src/core/records.ts';
import { BackButton, box, shown } from './vscodeStub.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { connectWizard, signInAgain } = await import('../../../src/editor/connectWizard.ts');

type Found = SiteInfo & { readonly jiraUrl: string };

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A Jira that knows one site and one token, as `Connections` presents it. */
class FakeConnections {
  readonly asked: string[] = [];
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

  async add(jiraUrl: string, credentials: Credentials): Promise<Connection> {
    if (credentials.token !== this.goodToken) throw new TimecardError('unauthorized', 'Jira did not accept the token.');
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
    const done = connectWizard(connections, silent);
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
    const done = connectWizard(connections, silent);
    await enter(/address/, 'https://jira.example.com/jira/browse/OPS-1');
    const last = await box((each) => /personal access token/.test(each.prompt ?? ''));
    expect([last.step, last.totalSteps]).toEqual([2, 2]);
    await enter(/personal access token/, 'good');
    await done;
    expect(connections.added[0]?.credentials).toEqual({ type: 'pat', token: 'good' });
  });

  it('says what is wrong with an address and keeps it', async () => {
    const connections = cloud();
    const done = connectWizard(connections, silent);
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
    const done = connectWizard(connections, silent);
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
    };
    const done = connectWizard(connections, silent);
    await enter(/address/, CLOUD);
    const busy = await box((each) => each.busy);
    expect(busy.enabled).toBe(false);
    busy.hide();
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
    expect(signal?.aborted).toBe(true);
  });

  it('asks for nothing but the token when signing in again', async () => {
    const connections = cloud();
    const old = connection(CLOUD, { type: 'apiToken', email: 'mia@example.com', token: '' });
    const done = signInAgain(connections, silent, old);
    await enter(/API token/, 'wrong');
    await said(/did not accept/);
    await enter(/API token/, 'good');
    expect((await done).email).toBe('mia@example.com');
    expect(connections.added).toHaveLength(1);
  });
});
