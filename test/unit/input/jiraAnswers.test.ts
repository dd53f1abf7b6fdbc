import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REASONS, TimecardError } from '../../../src/core/errors.ts';
import type { JiraSession } from '../../../src/core/jiraPorts.ts';
import { type Deployment, type JiraSimulator, startJira } from '../../../tools/jira/simulator.ts';
import { bench, CONTENT, connectionTo, OPTIONS, portOf, RECORD } from '../jira/support.ts';
import { placesIn, replaced } from './changes.ts';
import { runs } from './runs.ts';

/** Nested as deep as no answer of Jira's ever is. */
function nested(levels: number): unknown {
  return JSON.parse(`${'{"content":['.repeat(levels)}${']}'.repeat(levels)}`);
}

/** Which part of an answer is replaced (counted through, modulo their number), and by what; `undefined` removes it. */
interface Change {
  readonly at: number;
  readonly value: unknown;
}

const wrong = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, -1, 1e300, '', 'x', [], {}, [null], [[]], { id: null }),
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    'x'.repeat(300_000),
    Array(20_000).fill({ id: '1' }),
    Array(50_000).fill(null),
    nested(2_000),
  ),
  fc.constantFrom<unknown>(
    '2026-13-45T99:99:99.000+0000',
    '../../x',
    '<img src=x onerror=alert(1)>',
    '\u0000',
    '\ud800',
  ),
);
const changes = fc.array(fc.record<Change>({ at: fc.nat(), value: wrong }), { minLength: 1, maxLength: 3 });

function changed(answer: unknown, all: readonly Change[]): unknown {
  return all.reduce((value, { at, value: by }) => {
    const places = placesIn(value);
    return replaced(value, places[at % places.length] ?? [], by);
  }, answer);
}

/** Stands between the client and the simulator, and changes parts of what Jira answers. */
class Garbler {
  changes: readonly Change[] = [];
  private readonly server: Server;

  constructor(private readonly jira: JiraSimulator) {
    this.server = createServer((request, response) => {
      this.pass(request, response).catch((error: unknown) =>
        response.destroy(error instanceof Error ? error : undefined),
      );
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${portOf(this.server)}`;
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { authorization = '', 'content-type': type = 'application/json' } = request.headers;
    const answer = await fetch(`${this.jira.url}${request.url ?? '/'}`, {
      method: request.method ?? 'GET',
      headers: { authorization, 'content-type': type, 'x-atlassian-token': 'no-check', 'user-agent': 'timecard-test' },
      ...(body === '' ? {} : { body }),
    });
    const given = await answer.text();
    const sent = given === '' ? undefined : changed(JSON.parse(given), this.changes);
    response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? 'application/json' });
    response.end(sent === undefined ? '' : JSON.stringify(sent));
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }
}

const calls: readonly ((session: JiraSession, issue: string) => Promise<unknown>)[] = [
  (session) => session.myself(),
  (session) => session.projectKeys(),
  (session) => session.issue('PROJ-123'),
  (session) => session.search('login'),
  (session) => session.search('proj-1'),
  (session) => session.assigned(),
  (session, issue) => session.ownWorklogs(issue, { from: 0, to: Date.now() }),
  (session, issue) => session.findLost(issue, RECORD, CONTENT, undefined, true),
  (session, issue) => session.addWorklog(issue, RECORD, CONTENT, 'UTC', OPTIONS),
  (session, issue) => session.updateWorklog(issue, '1', RECORD, CONTENT, 'UTC', OPTIONS),
  (session, issue) => session.worklog(issue, '1'),
  (session, issue) => session.deleteWorklog(issue, '1', OPTIONS),
];

describe.each(['cloud', 'dataCenter'] satisfies Deployment[])(
  'an answer of %s of which parts are missing or wrong',
  (deployment) => {
    let jira: JiraSimulator;
    let garbler: Garbler;
    let url: string;
    beforeAll(async () => {
      jira = await startJira({ deployment });
      garbler = new Garbler(jira);
      url = await garbler.listen();
    });
    afterAll(async () => {
      await garbler.close();
      await jira.close();
    });

    const tokenOf = () => (deployment === 'cloud' ? jira.tokens.classic : jira.tokens.pat);
    const signIn = () => {
      const authType = deployment === 'cloud' ? 'apiToken' : 'pat';
      return bench({ gatewayUrl: jira.gatewayUrl }).gateway.session(
        connectionTo(url, { deployment, authType, email: jira.users.mia.email }),
        tokenOf(),
      );
    };

    it('is passed on whole when nothing is changed', async () => {
      garbler.changes = [];
      expect((await signIn().issue('PROJ-123')).key).toBe('PROJ-123');
      expect((await signIn().search('proj-1')).length).toBeGreaterThan(0);
    });

    it('is an answer or an error with a reason, never a crash', async () => {
      const outcomes = new Map<string, number>();
      const check = async (all: readonly Change[], call: (typeof calls)[number]) => {
        garbler.changes = all;
        const outcome = await call(signIn(), jira.state.issue('PROJ-123').id).then(
          () => 'answer',
          (error: unknown) => {
            if (!(error instanceof TimecardError)) throw error;
            expect(REASONS).toContain(error.reason);
            expect(error.message).not.toContain(tokenOf());
            expect(error.message.length).toBeLessThan(2_000);
            return error.reason;
          },
        );
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      };
      await fc.assert(fc.asyncProperty(changes, fc.constantFrom(...calls), check), { numRuns: runs(100) });
      // Some changes hit what nobody reads, others something that is needed.
      expect(outcomes.get('answer')).toBeGreaterThan(0);
      expect(outcomes.size).toBeGreaterThan(1);
    }, 600_000);

    it('of a site that is asked what it is, or to sign in, keeps nothing and crashes nothing', async () => {
      const { gateway } = bench({ gatewayUrl: jira.gatewayUrl });
      const check = async (all: readonly Change[]) => {
        garbler.changes = all;
        const credentials =
          deployment === 'cloud'
            ? ({ type: 'apiToken', email: jira.users.mia.email, token: tokenOf() } as const)
            : ({ type: 'pat', token: tokenOf() } as const);
        for (const ask of [() => gateway.detect(url), () => gateway.signIn(url, credentials)]) {
          await ask().catch((error: unknown) => expect(error).toBeInstanceOf(TimecardError));
        }
      };
      await fc.assert(fc.asyncProperty(changes, check), { numRuns: runs(30) });
    }, 600_000);
  },
);
