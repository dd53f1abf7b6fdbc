import type { Deployment, NewIssue, SimProject, SimToken, SimUser } from './model.ts';

export const MIA: SimUser = {
  accountId: '5b10a2844c20165700ede21g',
  name: 'mia',
  key: 'JIRAUSER10100',
  displayName: 'Mia Krystof',
  email: 'mia@example.invalid',
  timeZone: 'Europe/Berlin',
};

export const EMMA: SimUser = {
  accountId: '5b10ac8d82e05b22cc7d4ef5',
  name: 'emma',
  key: 'JIRAUSER10101',
  displayName: 'Emma Curtis',
  email: 'emma@example.invalid',
  timeZone: 'America/New_York',
};

export const CLOUD_ID = '11223344-a1b2-3b33-c444-def123456789';
const ALL_SCOPES = ['read:jira-work', 'write:jira-work', 'read:jira-user'];

interface Level {
  readonly id: string;
  readonly name: string;
}

/** Who a worklog may be shown to; everybody here is in all of them. */
export const GROUPS: readonly Level[] = [
  { id: '276f955c-63d7-42c8-9520-92d01dca0625', name: 'jira-developers' },
  { id: '6e87dc72-4f1f-421f-9382-2fee8b652487', name: 'jira-administrators' },
];
/** Jira tells roles by their names alone. */
export const ROLES: readonly Level[] = ['Administrators', 'Developers'].map((name) => ({ id: name, name }));

type TokenSeed = Pick<SimToken, 'kind'> & Partial<Omit<SimToken, 'kind'>>;

/** Name of each ready-made token and what it is good for. */
const TOKENS = {
  classic: { kind: 'classic' },
  scoped: { kind: 'scoped', scopes: ALL_SCOPES },
  /** May read and may not write worklogs. */
  scopedNoWrite: { kind: 'scoped', scopes: ['read:jira-work', 'read:jira-user'] },
  /** Fails at `/myself` and `/configuration`. */
  scopedNoUser: { kind: 'scoped', scopes: ['read:jira-work', 'write:jira-work'] },
  expired: { kind: 'classic', expired: true },
  oauth: { kind: 'oauth', scopes: ALL_SCOPES },
  colleague: { kind: 'classic', accountId: EMMA.accountId },
  pat: { kind: 'pat' },
  expiredPat: { kind: 'pat', expired: true },
  colleaguePat: { kind: 'pat', accountId: EMMA.accountId },
  password: { kind: 'password' },
} as const satisfies Record<string, TokenSeed>;

export type TokenName = keyof typeof TOKENS;

/** The texts of the ready-made tokens; the same in every run so that tests can be read. */
export const TOKEN_VALUES: Readonly<Record<TokenName, string>> = {
  classic: 'simulated-classic-token',
  scoped: 'simulated-scoped-token',
  scopedNoWrite: 'simulated-scoped-token-without-write',
  scopedNoUser: 'simulated-scoped-token-without-user',
  expired: 'simulated-expired-token',
  oauth: 'simulated-oauth-access',
  colleague: 'simulated-colleague-token',
  pat: 'simulated-personal-access-token',
  expiredPat: 'simulated-expired-personal-access-token',
  colleaguePat: 'simulated-colleague-personal-access-token',
  password: 'simulated-password',
};

function valueNamed(name: string): string {
  const found = Object.entries(TOKEN_VALUES).find(([each]) => each === name);
  if (found === undefined) throw new Error(`No token ${name}.`);
  return found[1];
}

export function seedTokens(): SimToken[] {
  return Object.entries<TokenSeed>(TOKENS).map(([name, seed]) => {
    return {
      name,
      value: valueNamed(name),
      accountId: seed.accountId ?? MIA.accountId,
      kind: seed.kind,
      scopes: seed.scopes ?? [],
      expired: seed.expired ?? false,
      revoked: false,
    };
  });
}

export function seedProjects(deployment: Deployment): SimProject[] {
  const projects = [
    { id: '10000', key: 'DEMO', name: 'Demo shop', archived: false },
    { id: '10001', key: 'PROJ', name: 'Platform', archived: false },
    { id: '10002', key: 'OPS', name: 'Operations', archived: false },
  ];
  const underscore = { id: '10003', key: 'MY_PROJ', name: 'My project', archived: false };
  return deployment === 'dataCenter' ? [...projects, underscore] : projects;
}

export interface IssueSeed extends NewIssue {
  /** Take away *Work on issues* from everybody. */
  readonly noWork?: boolean;
}

const mine = { assignee: MIA.accountId };
const todo = { status: 'To Do', statusCategory: 'new' } as const;
const doing = { status: 'In Progress', statusCategory: 'indeterminate' } as const;
const done = { status: 'Done', statusCategory: 'done', resolution: 'Done' } as const;

export function seedIssues(deployment: Deployment): IssueSeed[] {
  const issues: IssueSeed[] = [
    { key: 'DEMO-1', summary: 'Product page loads slowly on phones', ...done, ...mine },
    { key: 'DEMO-2', summary: 'Show delivery time in the basket', ...todo },
    {
      key: 'DEMO-3',
      summary: 'Basket forgets items after sign-in',
      ...doing,
      assignee: EMMA.accountId,
      issueType: 'Bug',
    },
    { key: 'DEMO-4', summary: 'Voucher codes are case-sensitive', ...todo, ...mine, issueType: 'Bug' },
    { key: 'DEMO-7', summary: 'Checkout: pay with a saved card', ...doing, ...mine, issueType: 'Story' },
    { key: 'DEMO-8', summary: 'Refund <b>emails</b> & receipts use the wrong currency', ...todo, issueType: 'Bug' },
    { key: 'PROJ-12', summary: 'Move build agents to the new cluster', ...doing, ...mine },
    { key: 'PROJ-123', summary: 'Login fails for users with two accounts', ...doing, ...mine, issueType: 'Bug' },
    { key: 'PROJ-124', summary: 'Secret re-organisation', ...todo, hidden: true },
    { key: 'OPS-1', summary: 'Rotate database certificates', ...todo, ...mine },
    {
      key: 'OPS-2',
      summary: 'Signed-off audit report',
      status: 'Released',
      statusCategory: 'done',
      resolution: 'Done',
      editable: false,
    },
    {
      key: 'OPS-3',
      summary: 'Outage review, week 46',
      status: 'Closed',
      statusCategory: 'done',
      resolution: 'Done',
      ...mine,
    },
    { key: 'OPS-4', summary: 'Payroll export', ...doing, noWork: true },
  ];
  const underscore: IssueSeed = {
    key: 'MY_PROJ-12',
    summary: 'Import time sheets from the old system',
    ...doing,
    ...mine,
  };
  return deployment === 'dataCenter' ? [...issues, underscore] : issues;
}
