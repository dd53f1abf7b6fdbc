import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TimecardError } from '../../../src/core/errors.ts';
import type { JiraSession } from '../../../src/core/jiraPorts.ts';
import { USUAL_BYTES } from '../../../src/jira/http.ts';
import { bench, CONTENT, connectionTo, type OddServer, OPTIONS, oddServer, RECORD } from '../jira/support.ts';
import { runs } from './runs.ts';
import { leastLongestTurn, STANDSTILL_MS } from './turns.ts';

/** A list of one JSON text, as long as an answer may be. */
const listOf = (json: string) => `[${json},`.padEnd(USUAL_BYTES - 1_000 - json.length, `${json},`);
const whole = (json: string) => {
  const list = listOf(json);
  return `${list.slice(0, list.lastIndexOf(`${json},`))}${json}]`;
};
const ISSUE = '{"id":"1","key":"PROJ-1","fields":{"summary":"a"}}';
const WORKLOG = '{"id":"1","started":"2026-11-23T09:00:00.000+0000","timeSpentSeconds":60,"author":{"accountId":"me"}}';
const half = Math.floor(USUAL_BYTES / 2) - 1_000;

/** What is slow to parse, or slow to look through once it is parsed. */
const LONG: Readonly<Record<string, string>> = {
  ...{ issues: whole(ISSUE), worklogs: whole(WORKLOG), projects: whole('{"key":"A"}'), objects: whole('{}') },
  ...{ lists: whole('[]'), nothings: whole('null'), numbers: whole('1'), texts: whole('"a <b> [x](y) "') },
  deep: `${'['.repeat(half)}${']'.repeat(half)}`,
  document: `{"type":"doc","content":${whole('{"type":"paragraph","content":[{"type":"text","text":"a"}]}')}}`,
  keys: `{${Array.from({ length: Math.floor(USUAL_BYTES / 16) }, (_, n) => `"key${n}":1`).join(',')}}`,
  text: JSON.stringify('\u0000<a '.repeat(Math.floor(USUAL_BYTES / 10))),
};
const PLACES = [
  'issues',
  'worklogs',
  'values',
  'fields',
  'comment',
  'properties',
  'errorMessages',
  'errors',
  'message',
];
const KNOWN = '"id":"1","key":"PROJ-1","accountId":"me","started":"2026-11-23T09:00:00.000+0000","timeSpentSeconds":60';

const calls: readonly ((session: JiraSession) => Promise<unknown>)[] = [
  (session) => session.myself(),
  (session) => session.projectKeys(),
  (session) => session.issue('PROJ-1'),
  (session) => session.search('proj-1'),
  (session) => session.assigned(),
  (session) => session.worklog('1', '2'),
  (session) => session.ownWorklogs('1', { from: 0, to: Date.now() }),
  (session) => session.findLost('1', RECORD, CONTENT, undefined, true),
  (session) => session.addWorklog('1', RECORD, CONTENT, 'UTC', OPTIONS),
  (session) => session.updateWorklog('1', '2', RECORD, CONTENT, 'UTC', OPTIONS),
  (session) => session.deleteWorklog('1', '2', OPTIONS),
];

describe('an answer as long or as deep as any that is read', () => {
  let server: OddServer;
  let answer = { status: 200, body: Buffer.from('') };
  beforeAll(async () => {
    server = await oddServer((_, response) => {
      response.writeHead(answer.status, { 'Content-Type': 'application/json' });
      response.end(answer.body);
    });
  });
  afterAll(() => server.close());

  it.each(['cloud', 'dataCenter'] as const)(
    'holds nobody up for 100 ms (%s)',
    async (deployment) => {
      const connection = connectionTo(server.url, {
        deployment,
        authType: deployment === 'cloud' ? 'apiToken' : 'pat',
      });
      const check = async (kind: string, place: string, status: number, call: (typeof calls)[number]) => {
        const long = LONG[kind] ?? '';
        const body = place === '' ? long : `{${KNOWN},"${place}":${long}}`;
        answer = { status, body: Buffer.from(body) };
        const asked = () =>
          call(bench().gateway.session(connection, 'ATATT3xFfGF0-secret')).catch((error: unknown) => {
            if (!(error instanceof TimecardError)) throw error;
          });
        const turn = await leastLongestTurn(asked);
        expect(turn, `${kind} in ${place} with ${status}: ${call}`).toBeLessThanOrEqual(STANDSTILL_MS);
      };
      const kinds = fc.constantFrom(...Object.keys(LONG));
      const places = fc.constantFrom('', ...PLACES);
      const statuses = fc.constantFrom(200, 200, 201, 400, 404);
      const property = fc.asyncProperty(kinds, places, statuses, fc.constantFrom(...calls), check);
      await fc.assert(property, { numRuns: runs(80), endOnFailure: true });
    },
    600_000,
  );
});
