import { Version3Client } from 'jira.js';
import { describe, expect, it } from 'vitest';
import { desk, NINE, NINE_MS } from './help.ts';

/** An unrelated client of the real Jira: what works against Atlassian must work here. */
describe('jira.js against the simulator', () => {
  const cloud = desk({ deployment: 'cloud' });
  const client = (): Version3Client =>
    new Version3Client({
      host: cloud.jira.url,
      authentication: { basic: { email: cloud.jira.users.mia.email, apiToken: cloud.jira.tokens.classic } },
    });

  it('reads the user, an issue and the projects', async () => {
    const me = await client().myself.getCurrentUser();
    expect(me.accountId).toBe(cloud.jira.users.mia.accountId);
    const issue = await client().issues.getIssue({ issueIdOrKey: 'demo-7', fields: ['summary', 'status'] });
    expect(issue.key).toBe('DEMO-7');
    expect(issue.fields.status.statusCategory?.key).toBe('indeterminate');
    const projects = await client().projects.searchProjects({ maxResults: 2 });
    expect(projects.values.map((project) => project.key)).toEqual(['DEMO', 'OPS']);
  });

  it('adds, lists, changes and deletes a worklog', async () => {
    const added = await client().issueWorklogs.addWorklog({
      issueIdOrKey: 'DEMO-7',
      started: NINE,
      timeSpentSeconds: 3600,
      comment: 'Saved cards',
      adjustEstimate: 'auto',
      notifyUsers: false,
      properties: [{ key: 'timecard.record', value: { id: 'a' } }],
    });
    const id = added.id ?? '';
    expect(cloud.jira.state.worklog(id)).toMatchObject({
      started: NINE_MS,
      properties: { 'timecard.record': { id: 'a' } },
    });
    const list = await client().issueWorklogs.getIssueWorklog({ issueIdOrKey: 'DEMO-7', expand: 'properties' });
    expect(list.worklogs.map((log) => log.id)).toEqual([id]);
    await client().issueWorklogs.updateWorklog({ issueIdOrKey: 'DEMO-7', id, timeSpentSeconds: 7200 });
    expect(cloud.jira.state.worklog(id)?.timeSpentSeconds).toBe(7200);
    await client().issueWorklogs.deleteWorklog({ issueIdOrKey: 'DEMO-7', id });
    expect(cloud.jira.state.worklogs()).toEqual([]);
  });

  it('searches page by page', async () => {
    const search = client().issueSearch;
    const jql = 'assignee = currentUser() AND statusCategory != Done ORDER BY key ASC';
    const first = await search.searchForIssuesUsingJqlEnhancedSearchPost({ jql, fields: ['summary'], maxResults: 3 });
    expect(first.issues?.map((issue) => issue.key)).toEqual(['DEMO-4', 'DEMO-7', 'OPS-1']);
    const rest = await search.searchForIssuesUsingJqlEnhancedSearchPost({
      jql,
      fields: ['summary'],
      ...(first.nextPageToken ? { nextPageToken: first.nextPageToken } : {}),
    });
    expect(rest.issues?.map((issue) => issue.key)).toEqual(['PROJ-12', 'PROJ-123']);
    expect(rest.nextPageToken).toBeUndefined();
  });

  it('gets the status of a refusal', async () => {
    await expect(client().issues.getIssue({ issueIdOrKey: 'DEMO-999' })).rejects.toMatchObject({ status: 404 });
  });
});
