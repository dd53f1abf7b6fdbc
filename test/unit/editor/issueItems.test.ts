import { describe, expect, it, vi } from 'vitest';
import type { Issue } from '../../../src/core/records.ts';
import type { IssueLists } from '../../../src/editor/issueItems.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { issueLines } = await import('../../../src/editor/issueItems.ts');

function issue(key: string, summary = `About ${key}`): Issue {
  return {
    key,
    id: key,
    summary,
    status: 'To Do',
    statusCategory: 'new',
    assignee: null,
    project: 'P',
    issueType: 'Bug',
    url: '',
  };
}

const nothing: IssueLists = {
  query: '',
  typedKey: undefined,
  branchKey: null,
  offersNone: true,
  recent: [],
  assigned: [],
  found: [],
  isSearched: false,
  complaint: undefined,
};

function labels(lists: Partial<IssueLists>): string[] {
  return issueLines({ ...nothing, ...lists }).map((line) => {
    if ('message' in line) return `(${line.message})`;
    return 'heading' in line ? `# ${line.heading}` : line.label;
  });
}

describe('the lines of the issue picker', () => {
  it('say that Jira found nothing, once it has answered and no key was typed', () => {
    const message = '(Jira found nothing. Try other words, or type a key.)';
    expect(labels({ query: 'zz' })).not.toContain(message);
    expect(labels({ query: 'zz', isSearched: true })).toContain(message);
    expect(labels({ query: 'zz-1', typedKey: 'ZZ-1', isSearched: true })).not.toContain(message);
    expect(labels({ query: 'zz', found: [issue('A-1')], isSearched: true })).not.toContain(message);
  });

  it('begin with the branch’s key, then no issue, then recent, then assigned', () => {
    expect(labels({ branchKey: 'DEMO-7', recent: [issue('DEMO-1')], assigned: [issue('DEMO-2')] })).toEqual([
      'DEMO-7',
      'No issue',
      '# Recent',
      'DEMO-1 About DEMO-1',
      '# Assigned to you',
      'DEMO-2 About DEMO-2',
    ]);
  });

  it('come in the order recent, assigned, found; what was found shows whatever the filter says', () => {
    const lists = {
      query: 'login',
      recent: [issue('DEMO-1')],
      assigned: [issue('DEMO-2')],
      found: [issue('DEMO-2'), issue('DEMO-3')],
      offersNone: false,
    };
    expect(labels(lists)).toEqual([
      '# Recent',
      'DEMO-1 About DEMO-1',
      '# Assigned to you',
      'DEMO-2 About DEMO-2',
      '# Found in Jira',
      'DEMO-3 About DEMO-3',
    ]);
    const always = issueLines({ ...nothing, ...lists }).filter((line) => 'always' in line && line.always);
    expect(always.map((line) => 'issueKey' in line && line.issueKey)).toEqual(['DEMO-2', 'DEMO-3']);
  });

  it('show an issue’s status by form, colour and name, its type and whose it is', () => {
    const done = { ...issue('DEMO-1'), status: 'Erledigt', statusCategory: 'done' as const, assignee: 'Mia Krystof' };
    expect(issueLines({ ...nothing, offersNone: false, recent: [done] })[1]).toMatchObject({
      icon: 'issue-closed',
      color: 'charts.green',
      description: 'Erledigt · Bug · Mia Krystof',
    });
  });

  it('begin with no issue where the branch names none, so that Enter starts at once', () => {
    expect(labels({ recent: [issue('DEMO-1')] })[0]).toBe('No issue');
  });

  it('name each issue once, with its summary wherever that is known', () => {
    const lists = { branchKey: 'DEMO-7', recent: [issue('DEMO-7', '')], assigned: [issue('DEMO-7', 'Checkout')] };
    expect(labels(lists)).toEqual(['DEMO-7 Checkout', 'No issue']);
  });

  it('put a typed key first and show it and what was found whatever the filter says', () => {
    const lines = issueLines({ ...nothing, query: 'ops-9', typedKey: 'OPS-9', found: [issue('OPS-90')] });
    expect(lines[0]).toMatchObject({ issueKey: 'OPS-9', always: true });
    expect(lines.find((line) => 'issueKey' in line && line.issueKey === 'OPS-90')).toMatchObject({ always: true });
  });

  it('have no empty headings, and no “no issue” where one is needed', () => {
    expect(labels({ offersNone: false })).toEqual([]);
  });
});
