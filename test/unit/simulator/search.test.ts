import { describe, expect, it } from 'vitest';
import { at, desk, NINE_MS } from './help.ts';

const cloud = desk({ deployment: 'cloud' });

async function keys(jql: string): Promise<unknown> {
  const { status, body } = await cloud.ask('POST', '/search/jql', { body: { jql, fields: ['summary'] } });
  const issues = at(body, 'issues');
  return Array.isArray(issues) ? issues.map((issue) => at(issue, 'key')) : status;
}

describe('search on Cloud', () => {
  it('is gone at the old address', async () => {
    for (const api of [2, 3] as const) {
      const reply = await cloud.ask('POST', '/search', { api, body: { jql: 'project = DEMO' } });
      expect(reply.status).toBe(410);
      expect(String(at(reply.body, 'errorMessages.0'))).toContain('CHANGE-2046');
    }
    expect((await cloud.ask('GET', '/search?jql=')).status).toBe(410);
  });

  it('gives ids alone unless fields are named', async () => {
    const { body } = await cloud.ask('POST', '/search/jql', { body: { jql: 'key = "DEMO-7"' } });
    expect(at(body, 'issues')).toEqual([{ id: cloud.jira.state.issue('DEMO-7').id }]);
    expect(at(body, 'total')).toBeUndefined();
  });

  it('wants a restriction and nothing it does not know', async () => {
    const status = async (body: unknown): Promise<number> => (await cloud.ask('POST', '/search/jql', { body })).status;
    expect(await status({ jql: 'ORDER BY key' })).toBe(400);
    expect(await status({ jql: '' })).toBe(400);
    expect(await status({ jql: 'project = DEMO', startAt: 0 })).toBe(400);
    expect(await status({ jql: 'project = DEMO', fields: 'summary' })).toBe(400);
    expect(await status({ jql: 'project = DEMO', nextPageToken: 'made up' })).toBe(400);
    expect(await status({ jql: 'project = DEMO', maxResults: 0 })).toBe(400);
  });

  it('pages by token until the last, or for ever when told to', async () => {
    const page = (nextPageToken?: unknown) =>
      cloud.ask('POST', '/search/jql', { body: { jql: 'project = DEMO', maxResults: 4, nextPageToken } });
    const first = await page();
    expect(at(first.body, 'isLast')).toBe(false);
    const last = await page(at(first.body, 'nextPageToken'));
    expect(last.body).toMatchObject({ isLast: true });
    expect(at(last.body, 'nextPageToken')).toBeUndefined();
    cloud.jira.set({ repeatPageToken: true });
    const again = await page();
    expect(at((await page(at(again.body, 'nextPageToken'))).body, 'nextPageToken')).toBe(
      at(again.body, 'nextPageToken'),
    );
  });

  it('may not see a fresh issue yet, unless asked to reconcile', async () => {
    const id = cloud.jira.addIssue({ key: 'DEMO-9', summary: 'Fresh', indexed: false });
    const body = { jql: 'summary ~ "fresh"' };
    expect(at((await cloud.ask('POST', '/search/jql', { body })).body, 'issues')).toEqual([]);
    const reconciled = { ...body, reconcileIssues: [Number(id)] };
    expect(at((await cloud.ask('POST', '/search/jql', { body: reconciled })).body, 'issues')).toEqual([{ id }]);
    expect((await cloud.ask('GET', '/issue/DEMO-9')).status).toBe(200);
  });

  it('counts', async () => {
    const body = { jql: 'project = DEMO' };
    expect((await cloud.ask('POST', '/search/approximate-count', { body })).body).toEqual({ count: 6 });
  });
});

describe('JQL', () => {
  it.each<[string, readonly string[]]>([
    [
      'assignee = currentUser() AND statusCategory != Done ORDER BY key',
      ['DEMO-4', 'DEMO-7', 'OPS-1', 'PROJ-12', 'PROJ-123'],
    ],
    ['assignee = currentUser() AND resolution = Unresolved AND project = "OPS"', ['OPS-1']],
    [
      'assignee = currentUser() AND resolution is EMPTY AND project in ("OPS", "PROJ") ORDER BY key DESC',
      ['PROJ-123', 'PROJ-12', 'OPS-1'],
    ],
    ['assignee is EMPTY AND project = OPS order by key asc', ['OPS-2', 'OPS-4']],
    ['key in ("demo-7", "PROJ-12") ORDER BY key', ['DEMO-7', 'PROJ-12']],
    ['(key = "DEMO-7" OR issuekey = "DEMO-8") AND status = "To Do"', ['DEMO-8']],
    ['text ~ "saved card"', ['DEMO-7']],
    ['summary ~ "Check*" AND NOT statusCategory = Done', ['DEMO-7']],
    ['summary ~ "check"', []],
    ['project = "PROJ" AND text ~ "secret*"', []],
    ["type = Bug and project = 'PROJ'", ['PROJ-123']],
    ['updated >= -7d AND key = "DEMO-7"', ['DEMO-7']],
  ])('%s', async (jql, expected) => {
    expect(await keys(jql)).toEqual(expected);
  });

  it.each([
    ['a reserved word without quotes', 'project = DO'],
    ['an unknown project', 'project = "NOPE"'],
    ['an unknown issue', 'key = "UTF-8"'],
    ['a hidden issue', 'key = "PROJ-124"'],
    ['an empty text', 'text ~ ""'],
    ['a lone operator as text', 'text ~ "AND"'],
    ['a leading wildcard', 'text ~ "*card"'],
    ['an unescaped Lucene operator', 'text ~ "card (saved"'],
    ['an unclosed string', 'text ~ "card'],
    ['an illegal escape', 'text ~ "ca\\qrd"'],
    ['an unknown field', 'colour = red'],
    ['an operator the field does not have', 'project ~ "DEMO"'],
    ['an unknown order', 'project = DEMO ORDER BY colour'],
    ['a clause without a value', 'project ='],
    ['a bad date', 'worklogDate >= "yesterday"'],
    ['leftovers', 'project = DEMO status'],
  ])('refuses %s', async (_, jql) => {
    expect(await keys(jql)).toBe(400);
  });

  it('takes bare words for a text search that finds nothing, and quoted escapes for what they stand for', async () => {
    expect(await keys('saved card')).toEqual([]);
    cloud.jira.addIssue({ key: 'DEMO-10', summary: 'Is it "done"?' });
    expect(await keys('summary ~ "it \\\\?"')).toEqual(['DEMO-10']);
  });

  it('speaks about one worklog when author and day are joined, in the profile’s zone', async () => {
    const { mia, emma } = cloud.jira.users;
    const lateEvening = Date.UTC(2026, 10, 23, 23, 30);
    cloud.jira.addWorklog('DEMO-7', { timeSpentSeconds: 60, started: lateEvening }, mia.accountId);
    cloud.jira.addWorklog('DEMO-3', { timeSpentSeconds: 60, started: lateEvening }, emma.accountId);
    cloud.jira.addWorklog('DEMO-3', { timeSpentSeconds: 60, started: NINE_MS }, mia.accountId);
    const on = (day: string, next: string) =>
      keys(`worklogAuthor = currentUser() AND worklogDate >= "${day}" AND worklogDate < "${next}" ORDER BY key`);
    expect(await on('2026-11-23', '2026-11-24')).toEqual(['DEMO-3']);
    expect(await on('2026-11-24', '2026-11-25')).toEqual(['DEMO-7']);
  });
});

describe('the rest of the site', () => {
  it('suggests issues with HTML and with plain text', async () => {
    const { body } = await cloud.ask('GET', '/issue/picker?query=emails&currentJQL=project%20%3D%20DEMO');
    expect(at(body, 'sections.0.issues')).toEqual([]);
    expect(at(body, 'sections.1.issues.0')).toMatchObject({
      id: Number(cloud.jira.state.issue('DEMO-8').id),
      key: 'DEMO-8',
      summary: 'Refund &lt;b&gt;<b>emails</b>&lt;/b&gt; &amp; receipts use the wrong currency',
      summaryText: 'Refund <b>emails</b> & receipts use the wrong currency',
    });
    expect((await cloud.ask('GET', '/issue/picker?query=x&currentJQL=%3D%3D')).status).toBe(200);
  });

  it('wants permissions named and known', async () => {
    expect((await cloud.ask('GET', '/mypermissions')).status).toBe(400);
    expect((await cloud.ask('GET', '/mypermissions?permissions=FLY')).status).toBe(400);
    const { body } = await cloud.ask('GET', '/mypermissions?issueKey=OPS-4&permissions=WORK_ON_ISSUES,BROWSE_PROJECTS');
    expect(at(body, 'permissions.WORK_ON_ISSUES.havePermission')).toBe(false);
    expect(at(body, 'permissions.BROWSE_PROJECTS.havePermission')).toBe(true);
    expect((await cloud.ask('GET', '/mypermissions?issueKey=PROJ-124&permissions=WORK_ON_ISSUES')).status).toBe(404);
  });

  it('pages projects and leaves archived and invisible ones out', async () => {
    for (let number = 1; number <= 60; number += 1) cloud.jira.addProject(`P${number}`, `Project ${number}`);
    cloud.jira.archive('OPS');
    cloud.jira.setPermission('PROJ', 'BROWSE_PROJECTS', false);
    const first = await cloud.ask('GET', '/project/search');
    expect(first.body).toMatchObject({ startAt: 0, maxResults: 50, total: 61, isLast: false });
    const rest = await cloud.ask('GET', '/project/search?startAt=50');
    expect(rest.body).toMatchObject({ isLast: true, startAt: 50 });
    expect(at(rest.body, 'values.length')).toBe(11);
    expect((await cloud.ask('GET', '/project')).status).toBe(404);
  });

  it('shows an issue to a person at its address', async () => {
    const page = await (await fetch(`${cloud.jira.url}/browse/DEMO-8`)).text();
    expect(page).toContain('Refund &lt;b&gt;emails');
  });
});
