import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ambiguousSites } from '../../../src/core/connectionChoice.ts';
import { inferIssueKey } from '../../../src/core/issueKey.ts';
import type { Connection } from '../../../src/core/records.ts';
import { type Deployment, type JiraSimulator, startJira } from '../../../tools/jira/simulator.ts';
import { credentials, Office, type Window } from './office.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BRANCH = 'feature/NEW-12-login';

const listings = (jira: JiraSimulator) =>
  jira.state.requests().filter(({ method, path }) => method === 'GET' && /\/project(\/search)?(\?|$)/.test(path))
    .length;
const connectionIn = ({ connections }: Window, { id }: Connection) => connections.get(id);

async function keyOnBranch(window: Window): Promise<string | null> {
  const projectKeys = (await window.connections.list()).flatMap((each) => each.projectKeys);
  return inferIssueKey(BRANCH, { projectKeys }).issueKey;
}

describe.each<Deployment>(['cloud', 'dataCenter'])('a project made after signing in on %s', (deployment) => {
  let office: Office;
  beforeEach(async () => {
    office = await Office.open(deployment);
    office.jira.addIssue({ key: 'NEW-12', summary: 'Made later' });
    office.jira.addIssue({ key: 'NEW-13', summary: 'Made later, too' });
  });
  afterEach(() => office.close());

  const keys = async () => (await connectionIn(office.window, office.connection)).projectKeys;

  it('counts in branches once Jira has answered for one of its issues', async () => {
    expect(await keyOnBranch(office.window)).toBeNull();
    await office.window.issues.get('NEW-13');
    expect(await keyOnBranch(office.window)).toBe('NEW-12');
    const known = await keys();
    await office.window.issues.get('NEW-12');
    expect(await keys()).toEqual(known);
    expect(known.filter((key) => key === 'NEW')).toHaveLength(1);
  });

  it('counts in branches once it was found in a search, also for an issue seen before', async () => {
    await office.window.issues.search('Made later');
    await office.window.store.commit((tx) => tx.putConnection({ ...office.connection }));
    expect(await keyOnBranch(office.window)).toBeNull();
    await office.window.issues.search('Made later');
    expect(await keyOnBranch(office.window)).toBe('NEW-12');
  });

  it('counts in branches once a record was synced to it', async () => {
    await office.finished('NEW-13');
    expect(await office.window.sync.push(undefined)).toMatchObject({ succeeded: 1 });
    expect(await keyOnBranch(office.window)).toBe('NEW-12');
  });

  it('makes no strangers of the others when none was known', async () => {
    await office.window.store.commit((tx) => tx.putConnection({ ...office.connection, projectKeys: [] }));
    await office.window.issues.get('NEW-12');
    expect(await keys()).toEqual([]);
  });

  it('is read by itself after a day, by one of several windows', async () => {
    const { window } = office;
    const other = await office.secondWindow({ clock: window.clock });
    await window.connections.projects.readOld();
    window.clock.ahead += DAY - HOUR;
    await window.connections.projects.readOld();
    expect(listings(office.jira)).toBe(0);
    window.clock.ahead += HOUR + 1;
    await Promise.all([window.connections.projects.readOld(), window.connections.projects.readOld()]);
    expect(listings(office.jira)).toBe(1);
    await other.connections.projects.readOld();
    expect(listings(office.jira)).toBe(1);
    expect(await keyOnBranch(other)).toBe('NEW-12');
    window.clock.ahead += DAY;
    await window.connections.projects.readOld();
    expect(listings(office.jira)).toBe(2);
  });

  it.each([BRANCH, BRANCH.toLowerCase()])('is found by the branch %s, and asked for no more', async (branch) => {
    await office.window.connections.projects.readForBranch(branch);
    expect(await keyOnBranch(office.window)).toBe('NEW-12');
    office.window.clock.ahead += DAY;
    await office.window.connections.projects.readForBranch(branch);
    expect(listings(office.jira)).toBe(1);
  });

  it('is looked for once a day for what only looks like one', async () => {
    const { projects } = office.window.connections;
    const checkOut = async () => {
      for (const branch of ['TEAM-7-login', 'main', 'fix/utf-8', 'TEAM-8', 'DEMO-7-again'])
        await projects.readForBranch(branch);
    };
    for (let hour = 0; hour < 20; hour += 1) {
      await checkOut();
      office.window.clock.ahead += HOUR;
    }
    expect(listings(office.jira)).toBe(1);
    office.window.clock.ahead += 4 * HOUR;
    await checkOut();
    expect(listings(office.jira)).toBe(2);
  });

  it('is looked for again when Jira could not be reached', async () => {
    const { clock, connections } = office.window;
    await office.jira.goOffline();
    await connections.projects.readForBranch(BRANCH);
    await office.jira.goOnline();
    clock.ahead += 5 * 60_000;
    await connections.projects.readForBranch(BRANCH);
    expect(await keyOnBranch(office.window)).toBe('NEW-12');
  });

  it('is looked for again when it was asked for too soon', async () => {
    const { clock, connections } = office.window;
    await connections.projects.readForBranch('TEAM-7');
    office.jira.addIssue({ key: 'LATE-1', summary: 'Made a minute later' });
    await connections.projects.readForBranch('LATE-1');
    expect(await keys()).not.toContain('LATE');
    clock.ahead += 5 * 60_000;
    await connections.projects.readForBranch('LATE-1');
    expect(await keys()).toContain('LATE');
  });

  it('drops what the site no longer has, but not everything', async () => {
    const { window, connection } = office;
    const gone = { ...connection, projectKeys: ['GONE', ...connection.projectKeys] };
    await window.store.commit((tx) => tx.putConnection(gone));
    window.clock.ahead += DAY;
    await window.connections.projects.readOld();
    expect(await keys()).not.toContain('GONE');
    expect(await keys()).toContain('DEMO');
  });

  it('is not asked for where nothing is to be asked', async () => {
    const { window, connection } = office;
    window.clock.ahead += DAY;
    await window.connections.setActive(connection.id, false);
    window.clock.ahead += DAY;
    await window.connections.projects.readOld();
    await window.connections.projects.readForBranch(BRANCH);
    await window.connections.setActive(connection.id, true);
    await window.secrets.remove(connection.id);
    window.clock.ahead += DAY;
    await window.connections.projects.readOld();
    await window.connections.projects.readForBranch(BRANCH);
    expect(office.jira.state.requests()).toEqual([]);
  });

  it('waits quietly while Jira cannot be reached', async () => {
    const { window } = office;
    window.clock.ahead += DAY;
    await office.jira.goOffline();
    await window.connections.projects.readOld();
    await office.jira.goOnline();
    await window.connections.projects.readOld();
    expect(listings(office.jira)).toBe(0);
    window.clock.ahead += HOUR;
    await window.connections.projects.readOld();
    expect(await keyOnBranch(window)).toBe('NEW-12');
  });

  it('costs a token that is refused no second refusal', async () => {
    const { window, connection } = office;
    await window.secrets.set(connection.id, 'revoked');
    for (let day = 0; day < 5; day += 1) {
      window.clock.ahead += DAY;
      await window.connections.projects.readOld();
    }
    expect((await connectionIn(window, connection)).failedSignIns).toBe(1);
  });
});

describe('a project made after signing in at one of two sites', () => {
  let office: Office;
  let second: JiraSimulator;
  let there: Connection;
  beforeEach(async () => {
    office = await Office.open('cloud');
    const projects = [{ id: '1', key: 'OTHER', name: 'Other', archived: false }];
    second = await startJira({ deployment: 'dataCenter', issues: [{ key: 'OTHER-1', summary: 'Old' }], projects });
    there = await office.window.connections.add(second.url, credentials(second));
    office.jira.clearRequests();
    second.clearRequests();
  });
  afterEach(async () => {
    await second.close();
    await office.close();
  });

  const made = (...sites: JiraSimulator[]) => {
    for (const site of sites) site.addIssue({ key: 'NEW-12', summary: 'Made later' });
  };
  const push = () => office.window.sync.push(undefined);
  const worklogs = () => [office.worklogs().length, second.state.worklogs().length];

  it('is found there by its key', async () => {
    made(second);
    expect((await office.window.issues.search('NEW-12')).map(({ url }) => url)).toEqual([
      `${second.url}/browse/NEW-12`,
    ]);
    expect(await keyOnBranch(office.window)).toBe('NEW-12');
    expect(listings(second)).toBe(0);
  });

  it('answers for its issue', async () => {
    made(second);
    expect(await office.window.issues.get('NEW-12')).toMatchObject({ url: `${second.url}/browse/NEW-12` });
  });

  it('takes the records on its issues', async () => {
    made(second);
    const record = await office.finished('NEW-12');
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(worklogs()).toEqual([0, 1]);
    expect(await office.record(record.id)).toMatchObject({
      connectionId: there.id,
      worklog: { connectionId: there.id },
    });
    expect(await push()).toMatchObject({ failed: 0 });
    expect(worklogs()).toEqual([0, 1]);
  });

  it('is asked about when both have it', async () => {
    made(office.jira, second);
    await office.window.issues.search('NEW-12');
    expect(ambiguousSites(await office.window.connections.list(), 'NEW-12')).toHaveLength(2);
  });

  it('gets each record once when both have it', async () => {
    made(office.jira, second);
    await office.finished('NEW-12');
    expect(await push()).toMatchObject({ errors: [{ reason: 'invalid', message: expect.stringContaining('NEW') }] });
    expect(worklogs()).toEqual([0, 0]);
    await office.window.connections.chooseFor('NEW', office.connection.id);
    expect(await push()).toMatchObject({ succeeded: 1 });
    office.window.clock.ahead += 2 * DAY;
    await office.window.connections.projects.readOld();
    await push();
    expect(worklogs()).toEqual([1, 0]);
  });

  it('keeps what went to one site alone from the other one, which has got the project since', async () => {
    made(second);
    await office.finished('NEW-12', 30, 300);
    await push();
    made(office.jira);
    office.window.clock.ahead += DAY;
    await office.window.connections.projects.readOld();
    await office.finished('NEW-12', 30, 1_500);
    expect(await push()).toMatchObject({ errors: [{ reason: 'invalid' }] });
    expect(worklogs()).toEqual([0, 1]);
  });

  it('stays with the site that the user gave it to, though that does not list it any more', async () => {
    const { window } = office;
    made(office.jira, second);
    await window.issues.search('NEW-12');
    await window.connections.chooseFor('NEW', there.id);
    const { projectKeys, ...site } = await connectionIn(window, there);
    await window.store.commit((tx) => tx.putConnection({ ...site, projectKeys, updatedAt: 0 }));
    second.moveIssue('NEW-12', 'OTHER-700');
    await window.connections.projects.readOld();
    expect((await connectionIn(window, there)).projectKeys).toContain('NEW');
    const record = await office.finished('NEW-12');
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(worklogs()).toEqual([0, 1]);
    expect(await office.record(record.id)).toMatchObject({ issueKey: 'OTHER-700', connectionId: there.id });
  });

  it('gets nothing of a record that the other one has, when the issue is hidden there', async () => {
    made(office.jira, second);
    const record = await office.finished('NEW-12');
    await office.window.connections.chooseFor('NEW', office.connection.id);
    await push();
    await office.window.store.commit((tx) => tx.putConnection(office.connection));
    office.jira.hideIssue('NEW-12');
    await office.window.records.update(record.id, { notes: 'More' });
    expect((await push()).errors).toMatchObject([{ reason: 'issueNotFound' }]);
    expect(worklogs()[1]).toBe(0);
  });

  it('gets nothing of a record from a backup, which the other one may have, before the user has chosen', async () => {
    const { window } = office;
    made(second);
    const record = await office.finished('NEW-12');
    await push();
    await window.store.commit((tx) => tx.updateRecord({ ...record, lookFirst: true }));
    made(office.jira);
    window.clock.ahead += DAY;
    await window.connections.projects.readOld();
    expect(await push()).toMatchObject({ errors: [{ reason: 'invalid', message: expect.stringContaining('NEW') }] });
    expect(worklogs()).toEqual([0, 1]);
    await window.connections.chooseFor('NEW', there.id);
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(worklogs()).toEqual([0, 1]);
    expect(await office.record(record.id)).toMatchObject({ connectionId: there.id, lookFirst: false });
  });

  it('is looked for once in a while, however many keys lead nowhere', async () => {
    for (const key of ['NO-1', 'NO-2', 'NOT-3', 'NOR-4']) await office.finished(key);
    expect(await push()).toMatchObject({ failed: 4 });
    await office.window.issues.get('NO-5').catch(() => undefined);
    expect([listings(office.jira), listings(second)]).toEqual([1, 1]);
    made(second);
    office.window.clock.ahead += 5 * 60_000;
    expect(await office.window.issues.get('NEW-12')).toMatchObject({ url: `${second.url}/browse/NEW-12` });
    expect([listings(office.jira), listings(second)]).toEqual([2, 2]);
  });
});
