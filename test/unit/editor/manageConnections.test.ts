import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TimecardError } from '../../../src/core/errors.ts';
import type { Connection } from '../../../src/core/records.ts';
import { box, pick, shown, watchToasts } from './vscodeStub.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { connectionLine } = await import('../../../src/editor/connectionStatus.ts');
const { settleSite, settleSiteAfterwards } = await import('../../../src/editor/siteChoice.ts');
const { signedOutConnections } = await import('../../../src/editor/signIn.ts');

const mia: Connection = {
  id: 'c1',
  jiraUrl: 'https://example.atlassian.net',
  deployment: 'cloud',
  authType: 'apiToken',
  email: 'mia@example.com',
  cloudId: null,
  accountId: 'mia',
  displayName: 'Mia',
  profileZone: null,
  isActive: true,
  isDefault: false,
  chosenProjects: [],
  lastSuccessAt: Date.UTC(2026, 10, 23, 9, 15),
  lastProblem: null,
  failedSignIns: 0,
  projectKeys: ['PROJ'],
  createdAt: 0,
  updatedAt: 0,
};
const other: Connection = {
  ...mia,
  id: 'c2',
  jiraUrl: 'https://jira.example.com/jira',
  deployment: 'dataCenter',
  authType: 'pat',
  createdAt: 1,
};

function line(change: Partial<Connection> = {}, facts: { isSignedIn?: boolean; takesTheRest?: boolean } = {}) {
  const connection = { ...mia, ...change };
  return connectionLine({ connection, isSignedIn: true, takesTheRest: false, zone: 'Europe/Berlin', ...facts });
}

describe('a connection in the list', () => {
  it('says as whom, how and when it worked last', () => {
    expect(line({}, { takesTheRest: true })).toEqual({
      label: '$(pass) example.atlassian.net',
      description: 'Mia · default',
      detail: expect.stringMatching(/^Jira Cloud, API token · last worked .*Nov.*10:15/),
    });
  });

  it.each([
    ['switched off', line({ isActive: false, failedSignIns: 3 }), 'circle-slash', /· switched off$/],
    ['signed out', line({}, { isSignedIn: false }), 'warning', /· signed out$/],
    ['stopped', line({ failedSignIns: 3 }), 'warning', /stopped after three refused sign-ins/],
    ['a CAPTCHA', line({ failedSignIns: 3, lastProblem: { reason: 'captcha', message: 'x' } }), 'warning', /CAPTCHA/],
    ['no network', line({ lastProblem: { reason: 'network', message: 'Not\nreached.' } }), 'warning', /Not reached\.$/],
  ])('says in one line what is wrong: %s', (_, { label, detail }, icon, wrong) => {
    expect(label).toContain(`$(${icon})`);
    expect(detail).toMatch(wrong);
    expect(detail).not.toContain('\n');
  });
});

describe('signing in again', () => {
  it('is for what was refused too often, too', async () => {
    const list = async () => [{ ...mia, failedSignIns: 3 }, other];
    const found = await signedOutConnections({ list, isSignedIn: async () => true });
    expect(found.map(({ id }) => id)).toEqual(['c1']);
  });
});

describe('a key that several sites have', () => {
  beforeEach(() => {
    shown.current = undefined;
    shown.count = 0;
    watchToasts();
  });

  function sites(...all: Connection[]) {
    const chosen: [string, string][] = [];
    const connections = {
      list: async () => all,
      chooseFor: async (project: string, id: string) => {
        chosen.push([project, id]);
      },
    };
    return { chosen, connections };
  }

  it('is asked for once', async () => {
    const { chosen, connections } = sites(mia, { ...other, projectKeys: ['PROJ', 'OPS'] });
    const done = settleSite(connections, 'PROJ-7');
    await box((each) => each.title === 'Which Jira does PROJ-7 belong to?');
    pick().activeItems = pick().items.slice(1);
    pick().enter();
    await done;
    expect(chosen).toEqual([['PROJ', 'c2']]);
  });

  it.each([
    ['one site has it', [mia, { ...other, projectKeys: ['OPS'] }]],
    ['it was chosen', [mia, { ...other, chosenProjects: ['PROJ'] }]],
    ['the other site is off', [mia, { ...other, isActive: false }]],
  ])('is not asked for when %s', async (_, all) => {
    const { chosen, connections } = sites(...all);
    await settleSite(connections, 'PROJ-7');
    await settleSite(connections, null);
    expect([shown.count, chosen]).toEqual([0, []]);
  });

  it('changes nothing when the question is closed', async () => {
    const { chosen, connections } = sites(mia, other);
    const before = settleSite(connections, 'PROJ-7');
    (await box()).hide();
    await expect(before).rejects.toMatchObject({ reason: 'cancelled' });
    const errors: unknown[] = [];
    const log = { info: () => undefined, warn: () => undefined, error: (message: string) => errors.push(message) };
    const after = settleSiteAfterwards(connections, 'PROJ-7', log);
    (await box()).hide();
    await after;
    expect([chosen, errors]).toEqual([[], []]);
    const failing = { ...connections, list: () => Promise.reject(new TimecardError('storageBusy', 'Busy.')) };
    await settleSiteAfterwards(failing, 'PROJ-7', log);
    expect(errors).toHaveLength(1);
  });
});
