import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inferIssueKey, keyFromUrl, MAX_BRANCH, normalizeIssueKey, projectOf } from '../../../src/core/issueKey.ts';
import { runs } from '../input/runs.ts';

const KEY = /^[A-Z][A-Z0-9_]+-[1-9]\d*$/;

const infer = (branch: string, projectKeys: readonly string[] = []) => inferIssueKey(branch, { projectKeys }).issueKey;

describe('normalizeIssueKey', () => {
  it.each([
    ['proj-123', 'PROJ-123'],
    [' My_Proj-1\n', 'MY_PROJ-1'],
    ['A2-9', 'A2-9'],
  ])('takes %j for %s', (text, key) => {
    expect(normalizeIssueKey(text)).toBe(key);
  });

  it.each([
    '',
    'PROJ',
    'PROJ-',
    '-1',
    'PROJ-0',
    'PROJ-01',
    'P-1',
    '1P-1',
    '_P-1',
    'PROJ-1a',
    'PROJ-1-2',
    'A-B-1',
    'see PROJ-1',
    'PROJ 1',
    'PROJ-1\nPROJ-2',
    'ÄB-1',
    `P${'A'.repeat(300)}-1`,
    `PROJ-${'1'.repeat(30)}`,
    'x'.repeat(10_000_000),
  ])('refuses %.40j', (text) => {
    expect(normalizeIssueKey(text)).toBeUndefined();
  });

  it('knows the project of a key', () => {
    expect(projectOf('MY_PROJ-12')).toBe('MY_PROJ');
  });
});

describe('keyFromUrl', () => {
  it.each([
    'https://example.atlassian.net/browse/PROJ-12',
    'https://example.atlassian.net/browse/proj-12/',
    'https://example.atlassian.net/browse/PROJ-12?focusedCommentId=10#comment-10',
    'example.atlassian.net/browse/PROJ-12',
    'https://host.example/a/jira/browse/PROJ-12',
    'https://example.atlassian.net/jira/software/projects/PROJ/boards/3?selectedIssue=PROJ-12',
    'https://example.atlassian.net/jira/software/c/projects/OTHER/issues/PROJ-12',
    'https://example.atlassian.net/browse/OTHER-1?selectedIssue=PROJ-12',
    'https://host.example/secure/RapidBoard.jspa?rapidView=1&selectedIssue=PROJ-12',
    'https://host.example/rest/api/2/issue/PROJ-12/worklog',
    'https://example.atlassian.net/servicedesk/customer/portal/4/PROJ-12',
    'https://example.atlassian.net/jira/servicedesk/projects/PROJ/queues/custom/7/PROJ-12',
  ])('finds the key in %s', (url) => {
    expect(keyFromUrl(url)).toBe('PROJ-12');
  });

  it.each([
    '',
    'PROJ-12',
    'https://example.atlassian.net/browse/PROJ',
    'https://example.atlassian.net/PROJ-12',
    'https://github.com/acme/utf-8',
    'ftp://example.atlassian.net/browse/PROJ-12',
    'javascript://example/browse/PROJ-12',
    'http://[/browse/PROJ-12',
    `https://example.atlassian.net/browse/PROJ-12?x=${'x'.repeat(100_000)}`,
  ])('finds none in %.60j', (url) => {
    expect(keyFromUrl(url)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string({ unit: 'binary' })), (text) => {
        const key = keyFromUrl(text);
        expect(key === undefined || KEY.test(key)).toBe(true);
      }),
      { numRuns: runs(100) },
    );
  });
});

describe('inferIssueKey, projects not known', () => {
  it.each([
    ['feature/PROJ-123-login', 'PROJ-123'],
    ['PROJ-123', 'PROJ-123'],
    ['proj-123', 'PROJ-123'],
    ['feature/proj-123-login', 'PROJ-123'],
    ['feature/Proj-123_login', 'PROJ-123'],
    ['feature/DEMO-7-checkout', 'DEMO-7'],
    ['my_proj-12', 'MY_PROJ-12'],
    ['feature/my_proj-12_more', 'MY_PROJ-12'],
    ['feature_PROJ-12', 'PROJ-12'],
    ['feature_proj-12', 'PROJ-12'],
    ['FEATURE_PROJ-12', 'PROJ-12'],
    ['jane_doe_PROJ-12', 'PROJ-12'],
    ['12_PROJ-3', 'PROJ-3'],
    ['DEV_OPS-12', 'DEV_OPS-12'],
    ['fix-PROJ-123', 'PROJ-123'],
    ['fix/UTF-8-in-PROJ-123', 'PROJ-123'],
    ['proj-1/fix-utf-8', 'PROJ-1'],
    ['STAR-11072-For-5.2', 'STAR-11072'],
    ['sha-256/PROJ-9', 'PROJ-9'],
    ['release-2024/ABC-3', 'ABC-3'],
    ['PROJ-1/PROJ-2', 'PROJ-1'],
    ['PROJ-1-and-PROJ-2', 'PROJ-1'],
    ['team-7/PROJ-12', 'PROJ-12'],
    ['abc-7/PROJ-12', 'PROJ-12'],
    ['PROJ-12-like-ABC-3', 'PROJ-12'],
    ['revert-88-feature/PROJ-12', 'PROJ-12'],
    ['PROJ-123-456', 'PROJ-123'],
    ['PROJ-2024-retry', 'PROJ-2024'],
    ['dependabot/npm/PROJ-4', 'PROJ-4'],
    ['BUG-12', 'BUG-12'],
    ['fix#PROJ-5', 'PROJ-5'],
    ['PROJ-123.2', 'PROJ-123'],
    ['修复PROJ-5', 'PROJ-5'],
    ['refs/heads/PROJ-5', 'PROJ-5'],
  ])('%s → %s', (branch, key) => {
    expect(infer(branch)).toBe(key);
  });

  it.each([
    'main',
    '',
    'fix/utf-8',
    'fix/UTF-8',
    'release-2024',
    'release/2024-01',
    'Release-2',
    'sha-256',
    'cve-2024-1234',
    'fix/CVE-2024-1234',
    'aes-128',
    'iso-8601',
    'rfc-2119',
    'es-2020',
    'http-2',
    'gpt-4',
    'pr-12',
    'PR-12',
    'node-18',
    'release-2',
    'issue-12',
    'sprint-3',
    'step-2',
    'phase-1',
    'v-2',
    'rc-1',
    'RC-1',
    'python-3',
    'patch-1',
    'jane-patch-1',
    'bug-12',
    'fix-login-2',
    'update-for-5',
    'add_utf-8',
    'add_login_form-2',
    'feature/authentication-2',
    'lib-1.2',
    'LIB-1.2',
    'backup-2024-01-15',
    'deploy-20240115',
    'PROJ-0',
    'PROJ-007',
    'PROJ-12a',
    'x86-64',
    'fix/log4j-2',
    'dependabot/npm_and_yarn/lodash-4.17.21',
    'renovate/acme-18',
    'A-1',
  ])('%j holds none, and why is said', (branch) => {
    const { issueKey, why } = inferIssueKey(branch);
    expect(issueKey).toBeNull();
    expect(why).toMatch(/^There is no issue key in the branch .*\.$/);
  });

  it('lists the candidates it refused with the reason', () => {
    expect(inferIssueKey('fix/utf-8').candidates).toEqual([
      { key: 'UTF-8', accepted: false, why: 'utf is not taken for a project' },
    ]);
    expect(inferIssueKey('STAR-11072-For-5.2').candidates.map((c) => [c.key, c.accepted])).toEqual([
      ['STAR-11072', true],
      ['FOR-5', false],
    ]);
  });
});

describe('inferIssueKey, projects known', () => {
  it.each([
    ['fix-proj-123', ['PROJ'], 'PROJ-123'],
    ['abc-1/fix-proj-123', ['proj'], 'PROJ-123'],
    ['fix/UTF-8-in-proj-123', ['PROJ'], 'PROJ-123'],
    ['TEAM-7/proj-12', ['PROJ'], 'PROJ-12'],
    ['LIB-1.2/fix-proj-12', ['PROJ'], 'PROJ-12'],
    ['fix-NEWP-12-after-PROJ-3', ['PROJ'], 'PROJ-3'],
    ['PROJ-3-before-NEWP-12', ['PROJ'], 'PROJ-3'],
    ['PROJ-3/NEWP-12', ['PROJ'], 'PROJ-3'],
    ['my_proj-12', ['PROJ'], 'PROJ-12'],
    ['my_proj-12', ['PROJ', 'MY_PROJ'], 'MY_PROJ-12'],
    ['jane_my_proj-12', ['MY_PROJ'], 'MY_PROJ-12'],
    ['feature_feat-2', ['FEAT'], 'FEAT-2'],
    ['utf-8', ['UTF'], 'UTF-8'],
    ['STAR-11072-For-5.2', ['STAR', 'FOR'], 'STAR-11072'],
    ['for-5.2-STAR-11072', ['STAR', 'FOR'], 'STAR-11072'],
    ['authentication_service_two-4', ['AUTHENTICATION_SERVICE_TWO'], 'AUTHENTICATION_SERVICE_TWO-4'],
  ])('%s with %j → %s', (branch, projects, key) => {
    expect(infer(branch, projects)).toBe(key);
  });

  it.each(['PROJ-12', 'fix/utf-8', 'XPROJ-1', 'PROJ2-1', 'my_other-4'])('%s is none of theirs', (branch) => {
    const result = inferIssueKey(branch, { projectKeys: ['OTHER_ONE', 'DEMO'] });
    expect(result.issueKey).toBeNull();
    expect(result.why).toContain('is not one of your projects');
  });
});

describe('inferIssueKey, when the branch is about an issue of a project that is not known', () => {
  it.each([
    'feature/NEWP-12-split-from-PROJ-3',
    'NEWP-12/proj-3-leftovers',
    'NEWP-12-PROJ-3',
    'NEWP-12/PROJ-3',
    'NEWP-12/fix-proj-3',
    'jane/NEWP-12/fix-proj-3',
    'proj-3/NEWP-12-more',
    'feature_NEWP-12-from-PROJ-3',
  ])('%s gives no key of another one', (branch) => {
    const result = inferIssueKey(branch, { projectKeys: ['PROJ'] });
    expect(result.issueKey).toBeNull();
    expect(result.why).toBe(
      `There is no issue key in the branch ${branch}: NEWP-12 does not count. NEWP is not one of your projects.`,
    );
    expect(result.candidates.filter(({ accepted }) => accepted)).toEqual([]);
  });

  it('gives its key once the project is known', () => {
    expect(infer('feature/NEWP-12-split-from-PROJ-3', ['PROJ', 'NEWP'])).toBe('NEWP-12');
  });
});

describe("inferIssueKey, the user's own pattern", () => {
  it('counts before everything else', () => {
    const result = inferIssueKey('PROJ-1/x', { projectKeys: ['PROJ'], pattern: () => 'abc-9' });
    expect(result).toEqual({
      issueKey: 'ABC-9',
      why: 'Your own pattern finds ABC-9 in the branch PROJ-1/x.',
      candidates: [{ key: 'ABC-9', accepted: true, why: 'Your own pattern finds it' }],
    });
  });

  it('that finds nothing means no key', () => {
    expect(inferIssueKey('PROJ-1', { pattern: () => null })).toMatchObject({ issueKey: null, candidates: [] });
  });

  it('that finds something else means no key, and why is said', () => {
    const result = inferIssueKey('PROJ-1', { pattern: () => '1' });
    expect(result.issueKey).toBeNull();
    expect(result.why).toContain('“1”');
  });

  it('that cannot be used leaves the built-in rules', () => {
    expect(inferIssueKey('PROJ-1', { pattern: () => undefined }).issueKey).toBe('PROJ-1');
  });
});

describe('inferIssueKey on any input', () => {
  const piece = fc.constantFrom(
    'PROJ',
    'proj',
    'my_proj',
    'utf',
    'For',
    '-',
    '-',
    '/',
    '_',
    '.',
    '1',
    '12',
    '0',
    'é',
    ' ',
  );
  const branchLike = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
  const branch = fc.oneof(branchLike, fc.string({ unit: 'binary', maxLength: 200 }));
  const projects = fc.array(fc.constantFrom('PROJ', 'MY_PROJ', 'UTF', 'é'), { maxLength: 3 });

  it('answers with a key that is one of the accepted candidates, or with none when there are none', () => {
    fc.assert(
      fc.property(branch, projects, (name, projectKeys) => {
        const { issueKey, candidates, why } = inferIssueKey(name, { projectKeys });
        const accepted = candidates.filter((c) => c.accepted).map((c) => c.key);
        for (const { key } of candidates) expect(key).toMatch(KEY);
        if (issueKey === null) expect(accepted).toEqual([]);
        else expect(accepted).toContain(issueKey);
        expect(why).not.toBe('');
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('takes any case of a branch for the same key when the projects are known, or asks when capitals name another', () => {
    fc.assert(
      fc.property(branchLike, (name) => {
        const found = (text: string) => {
          const { issueKey, candidates } = inferIssueKey(text, { projectKeys: ['PROJ', 'MY_PROJ'] });
          return { issueKey, accepted: candidates.filter((c) => c.accepted) };
        };
        const inCapitals = found(name.toUpperCase());
        if (inCapitals.issueKey === null) expect(inCapitals.accepted).toEqual([]);
        else expect(found(name.toLowerCase())).toEqual(inCapitals);
      }),
    );
  });

  it('finds any key that starts the name or a part of it, in any case', () => {
    const key = fc.stringMatching(/^[A-Z]{2,8}Q-[1-9]\d{0,5}$/);
    fc.assert(
      fc.property(
        key,
        fc.constantFrom('', 'feature/', 'a/b/'),
        fc.constantFrom('', '-login', '_x', '/more'),
        (k, a, z) => {
          expect(infer(`${a}${k}${z}`)).toBe(k);
          expect(infer(`${a}${k.toLowerCase()}${z}`)).toBe(k);
        },
      ),
    );
  });

  it.each([
    ['dashes', '-'],
    ['letters', 'a'],
    ['words', 'a-'],
    ['digits', '1'],
    ['underscores', 'a_'],
    ['keys', 'PROJ-1_'],
  ])('stays quick on ten million characters of %s', (_, unit) => {
    const hostile = unit.repeat(Math.ceil(10_000_000 / unit.length));
    const start = performance.now();
    inferIssueKey(hostile, { projectKeys: ['PROJ'] });
    inferIssueKey(hostile);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('does not take a key that its cut-off shortened', () => {
    const name = `${'x'.repeat(MAX_BRANCH - 8)}/PROJ-1234`;
    expect(infer(name)).toBeNull();
    expect(infer(name.slice(4))).toBe('PROJ-1234');
  });
});
