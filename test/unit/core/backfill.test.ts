import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposeKey } from '../../../src/core/backfill.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { TimeRecord } from '../../../src/core/records.ts';

const sites = [
  { id: 'team', jiraUrl: 'https://team.atlassian.net' },
  { id: 'own', jiraUrl: 'https://example.com/jira' },
];
const known = { sites, projectKeys: ['PROJ', 'OPS'] };
const proposal = (changes: Partial<TimeRecord>) => {
  const seed = { id: 'r1', timeIn: 0, timeOut: 60_000, zone: 'UTC', now: 0, issueKey: null, notes: '' };
  return proposeKey({ ...newRecord({ ...seed, source: 'manual' }), ...changes }, known);
};

describe('an issue for a record without one', () => {
  it.each([
    [{ externalLink: 'https://team.atlassian.net/browse/PROJ-7' }, 'PROJ-7', 'link'],
    [{ externalLink: 'https://example.com/jira/browse/ops-3?x=1' }, 'OPS-3', 'link'],
    [{ notes: 'Fixed (proj-12), tested PROJ-12' }, 'PROJ-12', 'notes'],
    [{ branch: 'feature/OPS-9-door' }, 'OPS-9', 'branch'],
    [{ externalLink: 'https://evil.example/browse/PROJ-1', branch: 'fix/PROJ-2' }, 'PROJ-2', 'branch'],
  ])('%j gives %s', (changes, issueKey, from) => {
    expect(proposal(changes)).toMatchObject({ recordId: 'r1', issueKey, from });
  });

  it.each([
    ['https://team.atlassian.net/browse/PROJ-7', 'team'],
    ['https://example.com/jira/browse/PROJ-7', 'own'],
  ])('%s says which site has it', (externalLink, connectionId) => {
    expect(proposal({ externalLink })).toMatchObject({ issueKey: 'PROJ-7', connectionId });
  });

  it.each([
    [{ notes: 'UTF-8 and SHA-256 are no projects' }],
    [{ notes: 'PROJ-1 or PROJ-2?' }],
    [{ notes: 'xPROJ-1 PROJ-1x PROJ-01' }],
    [{ externalLink: 'https://evil.example/browse/PROJ-1' }],
    [{ issueKey: 'PROJ-1', notes: 'OPS-1' }],
    [{ branch: 'main' }],
  ])('%j gives none', (changes) => {
    expect(proposal(changes)).toBeUndefined();
  });

  it('only ever is one of a real project, whatever the notes say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (notes) => {
        const found = proposal({ notes });
        expect(found === undefined || /^(PROJ|OPS)-[1-9]\d*$/.test(found.issueKey)).toBe(true);
      }),
    );
  });
});
