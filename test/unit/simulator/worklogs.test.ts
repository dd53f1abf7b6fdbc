import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, desk, NINE, NINE_MS, note } from './help.ts';

const cloud = desk({ deployment: 'cloud', switches: { issueWriteLimit: false } });
const hour = { started: NINE, timeSpentSeconds: 3600 };
const add = (body: unknown, path = '/issue/DEMO-7/worklog') => cloud.ask('POST', path, { body });

describe('adding a worklog on Cloud', () => {
  it('keeps start, whole minutes, comment, author and properties', async () => {
    const properties = [{ key: 'timecard.record', value: { id: 'a-1' } }];
    const reply = await add({ started: NINE, timeSpentSeconds: 3659, comment: note('Saved cards'), properties });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ timeSpent: '1h', timeSpentSeconds: 3600, comment: note('Saved cards') });
    expect(at(reply.body, 'properties')).toBeUndefined();
    expect(cloud.jira.state.worklogs('DEMO-7')).toMatchObject([
      {
        id: at(reply.body, 'id'),
        author: cloud.jira.users.mia.accountId,
        started: NINE_MS,
        timeSpentSeconds: 3600,
        commentText: 'Saved cards',
        properties: { 'timecard.record': { id: 'a-1' } },
      },
    ]);
  });

  it('says the start in the profile zone, on both sides of a daylight-saving change', async () => {
    const summer = await add({ ...hour, started: '2026-07-01T10:00:00.000+0000' });
    expect(at(summer.body, 'started')).toBe('2026-07-01T12:00:00.000+0200');
    const winter = await add({ ...hour, started: '2026-12-01T10:00:00.000+0000' });
    expect(at(winter.body, 'started')).toBe('2026-12-01T11:00:00.000+0100');
  });

  it.each([
    ['Z', '2026-11-23T09:00:00.000Z'],
    ['a colon in the offset', '2026-11-23T09:00:00.000+01:00'],
    ['no milliseconds', '2026-11-23T09:00:00+0100'],
    ['a day that is not there', '2026-02-30T09:00:00.000+0100'],
    ['a date alone', '2026-11-23'],
    ['a number', NINE_MS],
  ])('refuses a start with %s', async (_, started) => {
    const reply = await add({ ...hour, started });
    expect(reply.status).toBe(400);
    expect(at(reply.body, 'errors.started')).toContain('Invalid date format');
    expect(cloud.jira.state.worklogs()).toEqual([]);
  });

  it('never takes what Date prints', async () => {
    const dates = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    const check = async (date: Date): Promise<void> => {
      expect((await add({ ...hour, started: date.toISOString() })).status).toBe(400);
    };
    await fc.assert(fc.asyncProperty(dates, check), { numRuns: 20 });
  });

  it('takes a missing start for now', async () => {
    expect((await add({ timeSpentSeconds: 60 })).status).toBe(201);
  });

  it.each([
    ['59 seconds', { timeSpentSeconds: 59 }],
    ['no time at all', { timeSpentSeconds: 0 }],
    ['a negative time', { timeSpentSeconds: -3600 }],
    ['a broken time', { timeSpentSeconds: 90.5 }],
    ['time as text', { timeSpentSeconds: '3600' }],
    ['both forms of time', { timeSpentSeconds: 3600, timeSpent: '1h' }],
    ['a time that is not one', { timeSpent: 'soon' }],
  ])('refuses %s', async (_, time) => {
    const reply = await add({ started: NINE, ...time });
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({
      errorMessages: ['Worklog must not be null.'],
      errors: { timeLogged: 'Invalid time duration entered.' },
    });
  });

  it('needs a duration', async () => {
    expect(at((await add({ started: NINE })).body, 'errors.timeLogged')).toBeTruthy();
  });

  it.each([
    ['plain text', 'Saved cards'],
    ['an empty text node', note('')],
    ['no version', { type: 'doc', content: [] }],
    ['an unknown node', { type: 'doc', version: 1, content: [{ type: 'marquee' }] }],
    ['text outside a paragraph', { type: 'doc', version: 1, content: [{ type: 'text', text: 'x' }] }],
  ])('refuses a comment that is %s', async (_, comment) => {
    expect((await add({ ...hour, comment })).status).toBe(400);
  });

  it.each([
    ['?adjustEstimate=AUTO', 400],
    ['?adjustEstimate=', 400],
    ['?adjustEstimate=new', 400],
    ['?adjustEstimate=new&newEstimate=2h', 201],
    ['?adjustEstimate=manual', 400],
    ['?adjustEstimate=manual&reduceBy=soon', 400],
    ['?adjustEstimate=manual&reduceBy=30m', 201],
    ['?adjustEstimate=leave&notifyUsers=false', 201],
  ])('answers %s with %i', async (query, status) => {
    expect((await add(hour, `/issue/DEMO-7/worklog${query}`)).status).toBe(status);
  });

  it('takes the time off the remaining estimate unless told to leave it', async () => {
    const before = cloud.jira.state.issue('DEMO-7').remainingSeconds;
    await add(hour, '/issue/DEMO-7/worklog?adjustEstimate=leave');
    expect(cloud.jira.state.issue('DEMO-7').remainingSeconds).toBe(before);
    await add(hour);
    expect(cloud.jira.state.issue('DEMO-7').remainingSeconds).toBe(before - 3600);
  });

  const GROUP = '276f955c-63d7-42c8-9520-92d01dca0625';

  it.each([
    ['a group by its name', { type: 'group', value: 'jira-developers' }, undefined],
    ['a group by its id', { type: 'group', identifier: GROUP }, undefined],
    ['a role', { type: 'role', value: 'Developers' }, undefined],
    ['an unknown group', { type: 'group', value: 'nobody' }, 'Group: nobody does not exist.'],
    ['an id where a name belongs', { type: 'group', value: GROUP }, `Group: ${GROUP} does not exist.`],
    ['an unknown role', { type: 'role', value: 'jira-developers' }, 'Role: jira-developers does not exist.'],
  ])('shows a worklog to %s, or refuses it', async (_, visibility, refusal) => {
    const reply = await add({ ...hour, visibility });
    expect(reply.status).toBe(refusal === undefined ? 201 : 400);
    expect(at(reply.body, 'errors.commentLevel')).toBe(refusal);
    expect(at(reply.body, 'visibility.type')).toBe(refusal === undefined ? visibility.type : undefined);
  });

  it.each([
    ['a key that is too long', { key: 'k'.repeat(256), value: 1 }],
    ['an empty key', { key: '', value: 1 }],
    ['a value that is too long', { key: 'k', value: 'v'.repeat(32_768) }],
    ['no value', { key: 'k' }],
  ])('refuses a property with %s', async (_, property) => {
    expect((await add({ ...hour, properties: [property] })).status).toBe(400);
  });

  it('refuses what is not JSON, and JSON that does not say so', async () => {
    expect((await add('{"started":')).status).toBe(400);
    const headers = { 'content-type': 'text/plain' };
    expect((await cloud.ask('POST', '/issue/DEMO-7/worklog', { body: hour, headers })).status).toBe(415);
  });
});

describe('issues that do not take a worklog', () => {
  it.each([
    ['an absent issue', 'DEMO-999', 404, 'does not exist'],
    ['a hidden issue', 'PROJ-124', 404, 'does not exist'],
    ['a read-only issue', 'OPS-2', 400, 'non-editable workflow state'],
    ['an issue without the permission', 'OPS-4', 400, 'do not have the permission to associate a worklog'],
  ])('%s', async (_, key, status, text) => {
    const reply = await add(hour, `/issue/${key}/worklog`);
    expect(reply.status).toBe(status);
    expect(String(at(reply.body, 'errorMessages.0'))).toContain(text);
  });

  it('a closed issue takes one', async () => {
    expect((await add(hour, '/issue/OPS-3/worklog')).status).toBe(201);
    cloud.jira.closeIssue('DEMO-7');
    expect((await add(hour)).status).toBe(201);
  });

  it('an archived issue, an archived project', async () => {
    cloud.jira.archive('DEMO-7');
    cloud.jira.archive('OPS');
    expect((await add(hour)).status).toBe(400);
    expect((await add(hour, '/issue/OPS-1/worklog')).status).toBe(400);
  });

  it('an issue that is full', async () => {
    cloud.jira.setWorklogLimit(1);
    expect((await add(hour)).status).toBe(201);
    expect((await add(hour)).status).toBe(413);
  });

  it('any issue while time tracking is off', async () => {
    const { body } = await add(hour);
    cloud.jira.turnTimeTrackingOff();
    const path = `/issue/DEMO-7/worklog/${String(at(body, 'id'))}`;
    expect((await add(hour)).status).toBe(400);
    expect((await cloud.ask('GET', path)).status).toBe(404);
    expect((await cloud.ask('PUT', path, { body: hour })).status).toBe(404);
    expect((await cloud.ask('DELETE', path)).status).toBe(404);
    expect(at((await cloud.ask('GET', '/configuration')).body, 'timeTrackingEnabled')).toBe(false);
  });

  it('says so in the site’s language', async () => {
    cloud.jira.setLanguage('de');
    const reply = await add({ ...hour, timeSpentSeconds: 1 });
    expect(at(reply.body, 'errors.timeLogged')).toBe('Ungültige Zeitdauer eingegeben.');
  });
});

describe('reading, changing and deleting', () => {
  const twice = async (): Promise<[string, string]> => {
    const first = await add({ ...hour, properties: [{ key: 'p', value: 1 }] });
    const second = await add({ ...hour, started: '2026-11-23T11:00:00.000+0100' });
    return [String(at(first.body, 'id')), String(at(second.body, 'id'))];
  };

  it('lists oldest first, by page, by start and with properties on demand', async () => {
    const [first, second] = await twice();
    const ids = async (query: string): Promise<unknown> => {
      const { body } = await cloud.ask('GET', `/issue/DEMO-7/worklog${query}`);
      const logs = at(body, 'worklogs');
      return Array.isArray(logs) ? logs.map((log) => at(log, 'id')) : body;
    };
    expect(await ids('')).toEqual([first, second]);
    expect(await ids('?startAt=1')).toEqual([second]);
    expect(await ids(`?startedAfter=${NINE_MS - 60_000}&startedBefore=${NINE_MS + 60_000}`)).toEqual([first]);
    const expanded = await cloud.ask('GET', '/issue/DEMO-7/worklog?expand=properties&maxResults=1');
    expect(at(expanded.body, 'worklogs.0.properties')).toEqual([{ key: 'p', value: 1 }]);
    expect((await cloud.ask('GET', '/issue/DEMO-7/worklog?maxResults=many')).status).toBe(404);
  });

  it('changes only what is sent', async () => {
    const [first] = await twice();
    const reply = await cloud.ask('PUT', `/issue/DEMO-7/worklog/${first}`, { body: { timeSpentSeconds: 7200 } });
    expect(reply).toMatchObject({ status: 200, body: { timeSpentSeconds: 7200, started: NINE } });
    expect(cloud.jira.state.worklog(first)).toMatchObject({ properties: { p: 1 }, started: NINE_MS });
  });

  it('deletes, and a second delete finds nothing', async () => {
    const [first] = await twice();
    expect((await cloud.ask('DELETE', `/issue/DEMO-7/worklog/${first}?adjustEstimate=auto`)).status).toBe(204);
    expect((await cloud.ask('DELETE', `/issue/DEMO-7/worklog/${first}`)).status).toBe(404);
    expect(cloud.jira.state.deletedWorklogs()).toMatchObject([{ worklogId: first }]);
  });

  it('knows a worklog on its own issue only', async () => {
    const [first] = await twice();
    expect((await cloud.ask('GET', `/issue/DEMO-4/worklog/${first}`)).status).toBe(404);
  });

  it('refuses a colleague’s worklog and one that may not be edited any more', async () => {
    const theirs = cloud.jira.addWorklog('DEMO-7', { timeSpentSeconds: 60 }, cloud.jira.users.emma.accountId);
    expect((await cloud.ask('PUT', `/issue/DEMO-7/worklog/${theirs}`, { body: hour })).status).toBe(400);
    expect((await cloud.ask('DELETE', `/issue/DEMO-7/worklog/${theirs}`)).status).toBe(400);
    const [first] = await twice();
    cloud.jira.setPermission('DEMO', 'EDIT_OWN_WORKLOGS', false);
    expect((await cloud.ask('PUT', `/issue/DEMO-7/worklog/${first}`, { body: hour })).status).toBe(400);
    cloud.jira.setPermission('DEMO', 'EDIT_ALL_WORKLOGS', true);
    expect((await cloud.ask('PUT', `/issue/DEMO-7/worklog/${theirs}`, { body: hour })).status).toBe(200);
  });

  it('shows what a colleague changed', async () => {
    const [first] = await twice();
    cloud.jira.editWorklog(first, { timeSpentSeconds: 600, comment: note('Shorter') });
    const { body } = await cloud.ask('GET', `/issue/DEMO-7/worklog/${first}`);
    expect(body).toMatchObject({ timeSpentSeconds: 600, updateAuthor: { displayName: 'Emma Curtis' } });
  });

  it('keeps properties by themselves', async () => {
    const [first] = await twice();
    const path = `/issue/DEMO-7/worklog/${first}/properties`;
    expect((await cloud.ask('PUT', `${path}/q`, { body: { x: 1 } })).status).toBe(201);
    expect((await cloud.ask('PUT', `${path}/q`, { body: { x: 2 } })).status).toBe(200);
    expect((await cloud.ask('GET', `${path}/q`)).body).toEqual({ key: 'q', value: { x: 2 } });
    expect(at((await cloud.ask('GET', path)).body, 'keys.1.key')).toBe('q');
    expect((await cloud.ask('DELETE', `${path}/q`)).status).toBe(204);
    expect((await cloud.ask('GET', `${path}/q`)).status).toBe(404);
    cloud.jira.setPermission('DEMO-7', 'EDIT_OWN_WORKLOGS', false);
    expect((await cloud.ask('PUT', `${path}/q`, { body: 1 })).status).toBe(403);
  });

  it('finds an issue by id, by any case and by a key from before a move', async () => {
    cloud.jira.moveIssue('DEMO-7', 'OPS-70');
    for (const ref of ['demo-7', 'OPS-70', cloud.jira.state.issue('OPS-70').id]) {
      const { body } = await cloud.ask('GET', `/issue/${ref}?fields=summary`);
      expect(body).toMatchObject({ key: 'OPS-70', fields: { summary: 'Checkout: pay with a saved card' } });
    }
  });

  it('embeds 20 worklogs in an issue, however many there are', async () => {
    for (let count = 0; count < 21; count += 1) cloud.jira.addWorklog('DEMO-7', { timeSpentSeconds: 60 });
    const { body } = await cloud.ask('GET', '/issue/DEMO-7?fields=worklog');
    expect(at(body, 'fields.worklog.total')).toBe(21);
    expect(at(body, 'fields.worklog.worklogs.length')).toBe(20);
  });
});

describe('what changed', () => {
  it('leaves the last minute out, then lists updates of all authors and deletions', async () => {
    const mine = cloud.jira.addWorklog('DEMO-7', { timeSpentSeconds: 60 });
    const theirs = cloud.jira.addWorklog('DEMO-7', { timeSpentSeconds: 60 }, cloud.jira.users.emma.accountId);
    const gone = cloud.jira.addWorklog('DEMO-7', { timeSpentSeconds: 60 });
    cloud.jira.deleteWorklog(gone);
    expect(at((await cloud.ask('GET', '/worklog/updated?since=0')).body, 'values')).toEqual([]);
    cloud.jira.advance(61_000);
    const updated = await cloud.ask('GET', '/worklog/updated?since=0');
    expect(updated.body).toMatchObject({
      lastPage: true,
      values: [{ worklogId: Number(mine) }, { worklogId: Number(theirs) }],
    });
    expect(at((await cloud.ask('GET', '/worklog/deleted?since=0')).body, 'values.0.worklogId')).toBe(Number(gone));
  });

  it('pages by 1000 and tells the next start', async () => {
    for (let count = 0; count < 1001; count += 1) {
      cloud.jira.advance(1);
      cloud.jira.addWorklog('DEMO-7', { timeSpentSeconds: 60 });
    }
    cloud.jira.advance(61_000);
    const first = await cloud.ask('GET', '/worklog/updated?since=0');
    expect(at(first.body, 'lastPage')).toBe(false);
    const rest = await cloud.ask('GET', `/worklog/updated?since=${String(at(first.body, 'until'))}`);
    expect(at(rest.body, 'lastPage')).toBe(true);
    expect(at(rest.body, 'values.length')).toBe(2);
  });

  it('lists by id, silently without what is not visible', async () => {
    const seen = Number(cloud.jira.addWorklog('DEMO-7', { timeSpentSeconds: 60 }));
    const unseen = Number(cloud.jira.addWorklog('PROJ-124', { timeSpentSeconds: 60 }));
    const reply = await cloud.ask('POST', '/worklog/list', { body: { ids: [seen, unseen, 1] } });
    expect(reply).toMatchObject({ status: 200, body: [{ id: String(seen) }] });
    expect(at(reply.body, 'length')).toBe(1);
    const many = Array.from({ length: 1001 }, (_, index) => index);
    expect((await cloud.ask('POST', '/worklog/list', { body: { ids: many } })).status).toBe(400);
    expect((await cloud.ask('POST', '/worklog/list', { body: { ids: [] } })).status).toBe(400);
  });
});
