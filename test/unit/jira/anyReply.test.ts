import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TimecardError } from '../../../src/core/errors.ts';
import type { JiraSession } from '../../../src/core/jiraPorts.ts';
import { runs } from '../input/runs.ts';
import { bench, CONTENT, connectionTo, type OddServer, OPTIONS, oddServer, RECORD } from './support.ts';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const TOKEN = 'ATATT3xFfGF0-secret-token';

const body = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.constantFrom(
    '',
    '<html>',
    '{"errorMessages":["x"],"errors":{}}',
    '{"issues":[],"worklogs":[],"values":[],"id":"1"}',
  ),
);
const answers = fc.record<Answer>({
  status: fc.oneof(
    fc.constantFrom(200, 201, 204, 302, 400, 401, 403, 404, 413, 429, 500, 503),
    fc.integer({ min: 200, max: 599 }),
  ),
  headers: fc.dictionary(
    fc.constantFrom(
      'content-type',
      'retry-after',
      'x-seraph-loginreason',
      'x-ausername',
      'location',
      'ratelimit-reason',
    ),
    fc.constantFrom(
      'application/json',
      'text/html',
      '0',
      '-1',
      'soon',
      'AUTHENTICATED_FAILED',
      'anonymous',
      'https://evil.example',
    ),
  ),
  body,
});

const calls: readonly ((session: JiraSession) => Promise<unknown>)[] = [
  (session) => session.myself(),
  (session) => session.projectKeys(),
  (session) => session.issue('PROJ-1'),
  (session) => session.search('proj-1'),
  (session) => session.assigned(),
  (session) => session.worklog('1', '2'),
  (session) => session.findLost('1', RECORD, CONTENT),
  (session) => session.addWorklog('1', RECORD, CONTENT, 'UTC', OPTIONS),
  (session) => session.updateWorklog('1', '2', RECORD, CONTENT, 'UTC', OPTIONS),
  (session) => session.deleteWorklog('1', '2', OPTIONS),
];

describe('whatever a server answers', () => {
  let server: OddServer;
  let answer: Answer = { status: 200, headers: {}, body: '' };
  beforeAll(async () => {
    server = await oddServer((_, response) => {
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    });
  });
  afterAll(() => server.close());

  it.each(['cloud', 'dataCenter'] as const)('is an answer or an error with a reason (%s)', async (deployment) => {
    const connection = connectionTo(server.url, { deployment, authType: deployment === 'cloud' ? 'apiToken' : 'pat' });
    const check = async (given: Answer, call: (session: JiraSession) => Promise<unknown>) => {
      answer = given;
      try {
        await call(bench().gateway.session(connection, TOKEN));
      } catch (error) {
        expect(error).toBeInstanceOf(TimecardError);
        expect(String(error)).not.toContain(TOKEN);
      }
    };
    await fc.assert(fc.asyncProperty(answers, fc.constantFrom(...calls), check), { numRuns: runs(150) });
  });

  it('a write that was not clearly refused is never called refused', async () => {
    const connection = connectionTo(server.url);
    const check = async (given: Answer) => {
      answer = given;
      try {
        await bench().gateway.session(connection, TOKEN).addWorklog('1', RECORD, CONTENT, 'UTC', OPTIONS);
      } catch (error) {
        if (!(error instanceof TimecardError)) throw error;
        const clear = given.status >= 400 && given.status < 500 && given.status !== 408;
        expect(error.outcome).toBe(clear ? 'refused' : 'unknown');
      }
    };
    await fc.assert(fc.asyncProperty(answers, check), { numRuns: runs(150) });
  });
});
