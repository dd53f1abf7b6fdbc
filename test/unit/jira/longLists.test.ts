import { afterEach, describe, expect, it } from 'vitest';
import { bench, CONTENT, connectionTo, type OddServer, oddServer, RECORD, sendJson } from './support.ts';

/** Issues that a whole department logs its meetings on. */
describe('the list of an issue’s worklogs', () => {
  let server: OddServer;
  afterEach(() => server.close());

  const STARTED = '2026-11-23T08:00:00.000+0000';

  it('of Data Center is read to its end also when it is far longer than any other answer', async () => {
    const author = { name: 'mia', key: 'JIRAUSER10000', displayName: 'Mia Fischer', timeZone: 'Europe/Berlin' };
    const padding = 'Planning and review with everybody. '.repeat(40);
    const worklogs = Array.from({ length: 10_000 }, (_, n) => ({
      ...{ id: String(20_000 + n), issueId: '10000', author, started: STARTED, comment: padding },
      timeSpentSeconds: n === 9_999 ? CONTENT.seconds : 1_800,
    }));
    const page = { startAt: 0, maxResults: worklogs.length, total: worklogs.length, worklogs };
    expect(JSON.stringify(page).length).toBeGreaterThan(15_000_000);
    server = await oddServer((request, response) =>
      sendJson(response, 200, request.url?.endsWith('/myself') === true ? author : page),
    );
    const connection = connectionTo(server.url, { deployment: 'dataCenter', authType: 'pat' });
    const found = await bench().gateway.session(connection, 'token-123456').findLost('10000', RECORD, CONTENT);
    expect(found.map(({ id }) => id)).toEqual(['29999']);
  });

  it.each(['of all pages', 'of the page'])(
    'of Cloud goes on after a full page when its total is that %s',
    async (of) => {
      const all = Array.from({ length: 1_500 }, (_, n) => ({
        ...{
          id: String(n + 1),
          issueId: '10000',
          author: { accountId: 'me' },
          started: STARTED,
          timeSpentSeconds: 1_800,
        },
        properties: n === 1_400 ? [{ key: 'timecard.record', value: { id: RECORD } }] : [],
      }));
      server = await oddServer((request, response) => {
        const { searchParams } = new URL(request.url ?? '', server.url);
        const [startAt, maxResults] = ['startAt', 'maxResults'].map((name) => Number(searchParams.get(name)));
        const listed = searchParams.has('startedAfter') ? [] : all;
        const worklogs = listed.slice(startAt, (startAt ?? 0) + (maxResults ?? 0));
        const total = of === 'of the page' ? worklogs.length : listed.length;
        sendJson(response, 200, { startAt, maxResults, total, worklogs });
      });
      const found = await bench()
        .gateway.session(connectionTo(server.url), 'token-123456')
        .findLost('10000', RECORD, CONTENT);
      expect(found.map(({ id }) => id)).toEqual(['1401']);
    },
  );
});
