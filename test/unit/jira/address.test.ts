import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimecardError } from '../../../src/core/errors.ts';
import { checkedSite, jiraAddressCandidates, parseJiraAddress } from '../../../src/core/jiraAddress.ts';

describe('a pasted Jira address', () => {
  it.each([
    ['https://x.atlassian.net', 'https://x.atlassian.net'],
    ['https://x.atlassian.net/browse/PROJ-1', 'https://x.atlassian.net'],
    ['https://x.atlassian.net/jira/software/projects/PROJ/boards/1?selectedIssue=PROJ-2', 'https://x.atlassian.net'],
    ['https://X.Atlassian.net/secure/Dashboard.jspa#top', 'https://x.atlassian.net'],
    ['https://x.atlassian.net/wiki/spaces/A', 'https://x.atlassian.net'],
    ['x.atlassian.net/jira/your-work', 'https://x.atlassian.net'],
    ['  <https://jira.example.com/browse/X-1>  ', 'https://jira.example.com'],
    ['https://host.example/a/jira/browse/X-1', 'https://host.example/a/jira'],
    ['https://host.example/jira/secure/Dashboard.jspa', 'https://host.example/jira'],
    ['https://host.example/secure/Dashboard.jspa', 'https://host.example'],
    ['https://host.example/projects/jira/browse/X_Y-1', 'https://host.example/projects/jira'],
    ['https://host.example:8443/jira/rest/api/2/serverInfo', 'https://host.example:8443/jira'],
    ['https://host.example/jira/projects/PROJ/issues', 'https://host.example/jira'],
    ['https://host.example/jira', 'https://host.example/jira'],
    ['https://jira.atlassian.com/browse/JRA-1', 'https://jira.atlassian.com'],
    ['http://localhost:2990/jira/browse/X-1', 'http://localhost:2990/jira'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['localhost:2990/jira', 'http://localhost:2990/jira'],
    ['intranet/jira/browse/AB-1', 'https://intranet/jira'],
  ])('%s is the site %s', (pasted, site) => {
    expect(parseJiraAddress(pasted)).toBe(site);
  });

  it('has candidates only where the context path is uncertain', () => {
    expect(jiraAddressCandidates('https://h.example/tools/jira')).toEqual([
      'https://h.example/tools/jira',
      'https://h.example/tools',
      'https://h.example',
    ]);
    expect(jiraAddressCandidates('https://jira.corp.example/jira/software/projects/P')).toEqual([
      'https://jira.corp.example/jira',
      'https://jira.corp.example',
    ]);
    expect(jiraAddressCandidates('https://h.example/a/browse/X-1')).toHaveLength(1);
    expect(jiraAddressCandidates('https://x.atlassian.net/a/b/c')).toHaveLength(1);
  });

  it.each([
    ['', /address/],
    ['http://jira.example.com', /https/],
    ['http://127.0.0.1.example.com', /https/],
    ['http://localhost.example.com', /https/],
    ['https://me:secret@jira.example.com', /user name/],
    ['me@example.com', /user name/],
    ['ftp://jira.example.com', /https/],
    ['file:///etc/passwd', /https|web address/],
    ['javascript:alert(1)', /web address/],
    ['https://admin.atlassian.com/o/1', /Atlassian/],
    ['https://id.atlassian.com/manage-profile/security/api-tokens', /Atlassian/],
    ['https://api.atlassian.com/ex/jira/1', /Atlassian/],
    ['two words', /web address/],
    ['https://', /web address/],
  ])('refuses %j', (pasted, problem) => {
    expect(() => parseJiraAddress(pasted)).toThrow(TimecardError);
    expect(() => parseJiraAddress(pasted)).toThrow(problem);
    expect(() => parseJiraAddress(pasted)).not.toThrow(/secret/);
  });

  it('keeps a quotation mark that belongs to the address', () => {
    const site = parseJiraAddress("https://a.aa/'#");
    expect(checkedSite(site)).toBe(site);
  });

  it('is a safe site or refused, whatever is pasted', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string()), (text) => {
        let site: string;
        try {
          site = parseJiraAddress(text);
        } catch (error) {
          return error instanceof TimecardError && error.reason === 'invalid';
        }
        return checkedSite(site) === site && !/[?#]|\/$/.test(site);
      }),
    );
  });
});
