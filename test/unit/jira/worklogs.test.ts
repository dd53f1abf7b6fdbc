import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../../../tools/jira/simulator.ts';
import { contractProblems, openSite, type Site, sessionWith } from './site.ts';
import { bench, CONTENT, failureOf, OPTIONS, RECORD } from './support.ts';

const ZONE = 'Europe/Berlin';
const NOTES = 'Paired on *login*\n\n- C:\\temp & <b>{code}</b> [PROJ-1]\nh1. 🙂 done!';

describe.each<Deployment>(['cloud', 'dataCenter'])('worklogs on %s', (deployment) => {
  let site: Site;
  const isCloud = deployment === 'cloud';

  beforeAll(async () => {
    site = await openSite(deployment);
  });
  afterEach(() => {
    const problems = contractProblems(site.jira);
    site.jira.reset();
    expect(problems).toEqual([]);
  });
  afterAll(() => site.jira.close());

  const add = (key = 'PROJ-123', content = CONTENT, recordId = RECORD) =>
    site.session.addWorklog(site.idOf(key), recordId, content, ZONE, OPTIONS);

  it('a new one holds what was sent, and the answer says so', async () => {
    const content = { ...CONTENT, comment: NOTES };
    const worklog = await add('PROJ-123', content);
    expect(worklog).toMatchObject({
      ...content,
      issueId: site.idOf('PROJ-123'),
      authorId: isCloud ? site.jira.users.mia.accountId : site.jira.users.mia.key,
      recordId: isCloud ? RECORD : null,
    });
    const [stored] = site.jira.state.worklogs('PROJ-123');
    expect(stored).toMatchObject({ id: worklog.id, started: CONTENT.startedMs, timeSpentSeconds: 3_600 });
    expect(stored?.properties).toEqual(isCloud ? { 'timecard.record': { id: RECORD } } : {});
    if (isCloud) expect(stored?.commentText).toBe(NOTES);
  });

  it('has no comment when there is none', async () => {
    expect((await add('PROJ-123', { ...CONTENT, comment: '' })).comment).toBe('');
    const [request] = site.jira.state.requests({ method: 'POST' });
    expect(request?.body).not.toHaveProperty('comment');
  });

  it('is read back, changed and cleared of its comment', async () => {
    const { id, issueId } = await add();
    expect(await site.session.worklog(issueId, id)).toMatchObject(CONTENT);
    const changed = { startedMs: CONTENT.startedMs + 60_000, seconds: 120, comment: '' };
    const updated = await site.session.updateWorklog(issueId, id, RECORD, changed, ZONE, OPTIONS);
    expect(updated).toMatchObject({ ...changed, id });
    expect(await site.session.worklog(issueId, id)).toMatchObject(changed);
    expect(site.jira.state.worklog(id)?.commentText).toBe('');
  });

  it('of mine are found by the stretch they overlap, also when they began long before', async () => {
    const at = CONTENT.startedMs;
    const log = (started: number, minutes: number, author?: string) =>
      site.jira.addWorklog('PROJ-123', { started, timeSpentSeconds: minutes * 60 }, author);
    const long = log(at - 20 * 3_600_000, 24 * 60);
    const before = log(at - 3_600_000, 60);
    const inside = log(at + 600_000, 10);
    const after = log(at + 3_600_000, 60);
    const emmas = log(at, 60, site.jira.users.emma.accountId);
    const own = await site.session.ownWorklogs('PROJ-123', { from: at, to: at + 3_600_000 });
    const ids = own.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([long, inside]));
    for (const other of [before, after, emmas]) expect(ids).not.toContain(other);
    expect(site.jira.state.requests({ path: /worklog/ })).toHaveLength(1);
  });

  it('of mine are read over many pages', async () => {
    const started = CONTENT.startedMs;
    for (let n = 0; n < 1_005; n++) site.jira.addWorklog('PROJ-123', { started: started + n, timeSpentSeconds: 60 });
    const own = await site.session.ownWorklogs('PROJ-123', { from: started, to: started + 60_000 });
    expect(own).toHaveLength(1_005);
  });

  it('of mine on an issue that is not there are a failure, not none', async () => {
    const error = await failureOf(site.session.ownWorklogs('PROJ-9999', { from: 0, to: 1 }));
    expect(error).toMatchObject({ reason: 'issueNotFound' });
  });

  it('is deleted once, and gone the next time', async () => {
    const { id, issueId } = await add();
    expect(await site.session.deleteWorklog(issueId, id, OPTIONS)).toBe('deleted');
    expect(site.jira.state.worklogs('PROJ-123')).toHaveLength(0);
    expect(await site.session.deleteWorklog(issueId, id, OPTIONS)).toBe('gone');
    expect(await site.session.worklog(issueId, id)).toBeUndefined();
    const failure = await failureOf(site.session.updateWorklog(issueId, id, RECORD, CONTENT, ZONE, OPTIONS));
    expect(failure).toMatchObject({ reason: 'conflict', outcome: 'refused', httpStatus: 404 });
  });

  it('is not called gone while its issue is hidden, tracking is off or the token has expired', async () => {
    const { id, issueId } = await add();
    site.jira.hideIssue('PROJ-123');
    const all = () => [
      site.session.deleteWorklog(issueId, id, OPTIONS),
      site.session.worklog(issueId, id),
      site.session.updateWorklog(issueId, id, RECORD, CONTENT, ZONE, OPTIONS),
    ];
    for (const each of all())
      expect(await failureOf(each)).toMatchObject({ reason: 'issueNotFound', outcome: 'refused' });
    site.jira.hideIssue('PROJ-123', false);
    site.jira.turnTimeTrackingOff();
    for (const each of all())
      expect(await failureOf(each)).toMatchObject({ reason: 'timeTrackingOff', outcome: 'refused' });
    site.jira.turnTimeTrackingOff(false);
    for (const expired of ['refused', 'anonymous'] as const) {
      site.jira.set({ expiredTokens: expired });
      site.jira.expireToken(isCloud ? 'classic' : 'pat');
      for (const each of all())
        expect(await failureOf(each)).toMatchObject({ reason: 'unauthorized', outcome: 'refused' });
    }
  });

  it.each(['en', 'de'] as const)('refusals have their reason in any language (%s)', async (language) => {
    site.jira.setLanguage(language);
    const refused = async (reason: string, key: string, content = CONTENT) => {
      const failure = await failureOf(add(key, content));
      expect(failure).toMatchObject({ reason, outcome: 'refused' });
      expect(failure.message.length).toBeGreaterThan(20);
    };
    await refused('notEditable', 'OPS-2');
    await refused('forbidden', 'OPS-4');
    await refused('invalid', 'PROJ-123', { ...CONTENT, seconds: 59 });
    site.jira.hideIssue('PROJ-12');
    await refused('issueNotFound', 'PROJ-12');
    site.jira.setWorklogLimit(0);
    await refused('worklogLimit', 'PROJ-123');
    site.jira.turnTimeTrackingOff();
    await refused('timeTrackingOff', 'PROJ-123');
  });

  it('a refusal stands though its reason cannot be asked for', async () => {
    site.jira.faults.add({ kind: 'status', when: 'before', status: 500, method: 'GET' });
    const failure = await failureOf(add('OPS-2'));
    expect(failure).toMatchObject({ reason: 'invalid', outcome: 'refused', httpStatus: 400 });
    expect(failure.message).toMatch(/^You can not edit the issue/);
  });

  it('refusals of changes and deletions have theirs', async () => {
    const { id, issueId } = await add();
    site.jira.setPermission('PROJ-123', 'EDIT_OWN_WORKLOGS', false);
    site.jira.setPermission('PROJ-123', 'DELETE_OWN_WORKLOGS', false);
    const change = () => site.session.updateWorklog(issueId, id, RECORD, CONTENT, ZONE, OPTIONS);
    expect(await failureOf(change())).toMatchObject({ reason: 'forbidden' });
    expect(await failureOf(site.session.deleteWorklog(issueId, id, OPTIONS))).toMatchObject({ reason: 'forbidden' });
    site.jira.setPermission('PROJ-123', 'EDIT_OWN_WORKLOGS', true);
    site.jira.makeReadOnly('PROJ-123');
    expect(await failureOf(change())).toMatchObject({ reason: 'notEditable' });
  });

  describe('after a lost reply', () => {
    it.each([
      { kind: 'drop', when: 'after' },
      { kind: 'hang', when: 'after' },
      { kind: 'status', when: 'after', status: 500 },
      { kind: 'status', when: 'after', status: 503 },
      { kind: 'garbage', when: 'after' },
      { kind: 'truncate', when: 'after' },
    ] as const)('($kind $status) the worklog is found, and was sent once', async (fault) => {
      site.jira.faults.add({ ...fault, method: 'POST', times: 1 });
      const impatient = bench({ timeoutMs: fault.kind === 'hang' ? 500 : 30_000 });
      const session = sessionWith(impatient, site.jira, isCloud ? 'classic' : 'pat');
      const lost = session.addWorklog(site.idOf('PROJ-123'), RECORD, CONTENT, ZONE, OPTIONS);
      expect(await failureOf(lost)).toMatchObject({ outcome: 'unknown' });
      expect(site.jira.state.requests({ method: 'POST' })).toHaveLength(1);
      const [stored] = site.jira.state.worklogs('PROJ-123');
      const found = await site.session.findLost(site.idOf('PROJ-123'), RECORD, CONTENT);
      expect(found.map(({ id }) => id)).toEqual([stored?.id]);
    });

    it.each([{ kind: 'drop', when: 'before' }, { kind: 'html' }, { kind: 'redirect' }] as const)(
      '($kind) that lost the request too, nothing is found',
      async (fault) => {
        site.jira.faults.add({ ...fault, method: 'POST', times: 1 });
        expect(await failureOf(add())).toMatchObject({ outcome: 'unknown' });
        expect(await site.session.findLost(site.idOf('PROJ-123'), RECORD, CONTENT)).toEqual([]);
        expect(site.jira.state.strays()).toEqual([]);
      },
    );

    it('a list that fails is not an empty list', async () => {
      site.jira.faults.add({ kind: 'status', when: 'before', status: 500, method: 'GET' });
      expect(await failureOf(site.session.findLost(site.idOf('PROJ-123'), RECORD, CONTENT))).toMatchObject({
        reason: 'server',
      });
    });

    it('only what this record may have made is found', async () => {
      const mine = await add();
      await add('PROJ-123', { ...CONTENT, startedMs: CONTENT.startedMs + 1_000 }, 'other-record');
      await add('PROJ-123', { ...CONTENT, seconds: 60 }, 'other-record');
      const { emma } = site.jira.users;
      site.jira.addWorklog('PROJ-123', { started: CONTENT.startedMs, timeSpentSeconds: 3_600 }, emma.accountId);
      const found = await site.session.findLost(mine.issueId, RECORD, {
        ...CONTENT,
        startedMs: CONTENT.startedMs + 400,
      });
      expect(found.map(({ id }) => id)).toEqual([mine.id]);
    });

    it.each([
      ['rounded to the second', 700, 1_000],
      ['cut off', 700, 0],
      ['kept', 700, 700],
    ])('it is found when parts of a second were %s', async (_, sentMs, keptMs) => {
      const content = { ...CONTENT, startedMs: CONTENT.startedMs + sentMs };
      const mine = await add('PROJ-123', content);
      site.jira.editWorklog(mine.id, { started: CONTENT.startedMs + keptMs }, site.jira.users.mia.accountId);
      const found = await site.session.findLost(mine.issueId, RECORD, content);
      expect(found.map(({ id }) => id)).toEqual([mine.id]);
    });
  });

  it('limits say what they are of and how long', async () => {
    site.jira.faults.add({
      kind: 'rateLimited',
      retryAfter: 7,
      reason: 'jira-per-issue-on-write',
      method: 'POST',
      times: 1,
    });
    expect(await failureOf(add())).toMatchObject({
      reason: 'rateLimited',
      outcome: 'refused',
      retryAfterMs: 7_000,
      limitScope: 'issue',
    });
    site.jira.faults.add({ kind: 'unavailable', retryAfter: 3, method: 'POST', times: 1 });
    expect(await failureOf(add())).toMatchObject({ reason: 'rateLimited', outcome: 'unknown', retryAfterMs: 3_000 });
    expect(site.jira.state.requests({ method: 'POST' })).toHaveLength(2);
  });

  it('the profile’s zone does not move an instant', async () => {
    for (const zone of ['Pacific/Auckland', 'America/Los_Angeles']) {
      site.jira.setTimeZone(zone);
      expect((await add()).startedMs).toBe(CONTENT.startedMs);
    }
  });
});

describe('lists of worklogs', () => {
  it('on Cloud are read to their end', async () => {
    const site = await openSite('cloud');
    try {
      for (let n = 0; n < 1_005; n++) {
        site.jira.addWorklog('PROJ-123', { started: CONTENT.startedMs, timeSpentSeconds: 60 });
      }
      const { id, issueId } = await site.session.addWorklog(site.idOf('PROJ-123'), RECORD, CONTENT, ZONE, OPTIONS);
      expect((await site.session.findLost(issueId, RECORD, CONTENT)).map((found) => found.id)).toEqual([id]);
    } finally {
      await site.jira.close();
    }
  });

  it('through the gateway, a token without the write scope says so', async () => {
    const site = await openSite('cloud');
    try {
      const session = sessionWith(site, site.jira, 'scopedNoWrite', site.jira.cloudId);
      const failure = await failureOf(session.addWorklog(site.idOf('PROJ-123'), RECORD, CONTENT, ZONE, OPTIONS));
      expect(failure).toMatchObject({ reason: 'scopeMissing', outcome: 'refused', httpStatus: 401 });
      site.jira.revokeToken('scopedNoWrite');
      const revoked = await failureOf(session.addWorklog(site.idOf('PROJ-123'), RECORD, CONTENT, ZONE, OPTIONS));
      expect(revoked).toMatchObject({ reason: 'unauthorized', outcome: 'refused' });
    } finally {
      await site.jira.close();
    }
  });
});
