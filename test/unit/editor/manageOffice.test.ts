import { afterEach, describe, expect, it, vi } from 'vitest';
import { type JiraSimulator, startJira } from '../../../tools/jira/simulator.ts';
import { Office, quietLog } from '../app/office.ts';
import { box, pick, shown, watchToasts } from './vscodeStub.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { manageConnections } = await import('../../../src/editor/manageConnections.ts');
const { settleSitesOf } = await import('../../../src/editor/siteChoice.ts');

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

const settings = {
  sites: () => [],
  suggestedSite: () => '',
  cloudClientId: () => '',
  dataCenterClientId: () => '',
  redirectUri: () => '',
};

/** A list in the editor, over real connections to a real (simulated) Jira. */
async function manage() {
  shown.current = undefined;
  const toasts = watchToasts((_, [button]) => button);
  const office = await Office.open('dataCenter');
  opened.push(office);
  const run = () => manageConnections({ clock: office.window.clock, log: quietLog, settings }, office.window);
  return { office, toasts, run };
}

async function openJira(): Promise<JiraSimulator> {
  const jira = await startJira({ deployment: 'dataCenter' });
  opened.push(jira);
  return jira;
}

async function list() {
  await vi.waitFor(() => expect(pick().title).toBe('Manage Jira connections'), { interval: 5 });
  return pick();
}

async function take(label: RegExp) {
  const items = pick().items.filter((item) => label.test(item.label));
  expect(items).toHaveLength(1);
  pick().activeItems = items;
  pick().enter();
}

async function act(site: RegExp, action: RegExp) {
  await list();
  await take(site);
  await vi.waitFor(() => expect(pick().labels.some((label) => action.test(label))).toBe(true), { interval: 5 });
  await take(action);
}

describe('managing connections', () => {
  it('tests one, and the list comes back with what was found', async () => {
    const { office, toasts, run } = await manage();
    const done = run();
    office.jira.revokeToken('pat');
    await act(/127\.0\.0\.1/, /Test/);
    await vi.waitFor(() => expect(toasts[0]?.message).toMatch(/does not work: .*did not accept/), { interval: 5 });
    expect((await list()).items[0]).toMatchObject({ detail: expect.stringMatching(/did not accept/) });
    pick().hide();
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('makes one the default, switches it off, and keeps the list open', async () => {
    const { office, run } = await manage();
    const jira = await openJira();
    const { connections } = office.window;
    await connections.add(jira.url, { type: 'pat', token: jira.tokens.pat });
    const port = new RegExp(new URL(jira.url).port);
    const done = run();
    await act(port, /Make default/);
    expect((await list()).items[1]).toMatchObject({ description: 'Mia Krystof · default' });
    await act(port, /Switch off/);
    expect((await list()).items[1]).toMatchObject({ detail: 'Jira Data Center, personal access token · switched off' });
    pick().hide();
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('removes one with its token after saying how many records point to it', async () => {
    const { office, toasts, run } = await manage();
    const record = await office.finished('PROJ-123');
    await office.window.sync.push([record.id]);
    const done = run();
    await act(/127\.0\.0\.1/, /Remove/);
    await vi.waitFor(async () => expect((await list()).items).toHaveLength(1), { interval: 5 });
    expect(toasts).toEqual([
      expect.objectContaining({ buttons: ['Remove'], detail: expect.stringContaining('to it: 1') }),
    ]);
    expect(await office.window.connections.list()).toEqual([]);
    expect(await office.window.secrets.get(office.connection.id)).toBeUndefined();
    pick().hide();
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('asks for the token when the new address is on another host, and keeps the account', async () => {
    const { office, run } = await manage();
    const moved = await openJira();
    const done = run();
    await act(/127\.0\.0\.1/, /Change address/);
    const address = await box((each) => /new address/.test(each.prompt ?? ''));
    address.type(moved.url);
    address.enter();
    await vi.waitFor(() => expect(shown.current?.password).toBe(true), { interval: 5 });
    const token = await box((each) => each.password);
    token.type(moved.tokens.colleaguePat);
    token.enter();
    await vi.waitFor(() => expect(token.message).toMatch(/Emma Curtis.*Nothing was changed/), { interval: 5 });
    token.type(moved.tokens.pat);
    token.enter();
    await list();
    const [only] = await office.window.connections.list();
    expect(only).toMatchObject({ id: office.connection.id, jiraUrl: moved.url });
    pick().hide();
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
  });
});

describe('a project that two sites have made since they were connected', () => {
  it('is asked about before a record goes to one of them', async () => {
    const { office } = await manage();
    const jira = await openJira();
    const { window } = office;
    const there = await window.connections.add(jira.url, { type: 'pat', token: jira.tokens.pat });
    for (const each of [office.jira, jira]) each.addIssue({ key: 'NEW-12', summary: 'Made later' });
    await office.finished('NEW-12');
    const done = settleSitesOf(window, undefined);
    await box((each) => each.title === 'Which Jira does NEW-12 belong to?');
    pick().activeItems = pick().items.slice(1);
    pick().enter();
    await done;
    expect(await window.sync.push(undefined)).toMatchObject({ succeeded: 1 });
    expect((await window.records.list()).map(({ connectionId }) => connectionId)).toEqual([there.id]);
  });
});
