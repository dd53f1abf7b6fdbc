import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TimecardApi } from '../../../src/api.ts';
import { REASONS } from '../../../src/core/errors.ts';
import type { Services } from '../../../src/editor/services.ts';
import { Office, quietLog } from '../app/office.ts';
import { runs } from '../input/runs.ts';

const links = vi.hoisted(() => ({ handlers: [] as { handleUri(uri: object): unknown }[] }));
vi.mock('vscode', async () => {
  const stub = (await import('../editor/vscodeStub.ts')).vscodeStub();
  const registerUriHandler = (handler: { handleUri(uri: object): unknown }) => {
    links.handlers.push(handler);
    return { dispose: () => undefined };
  };
  return { ...stub, window: { ...stub.window, registerUriHandler } };
});
const { createApi } = await import('../../../src/editor/api.ts');
const { createApiCalls } = await import('../../../src/editor/apiCalls.ts');
const { handleUris } = await import('../../../src/editor/uriHandler.ts');
const { ErrorBoundary } = await import('../../../src/editor/commands/boundary.ts');
const { executed } = await import('../editor/vscodeStub.ts');

const anything = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withSparseArray: true, withMap: true }),
  fc.constantFrom<unknown>(
    'x'.repeat(300_000),
    Array(20_000).fill('id'),
    -1,
    Number.NaN,
    '\u0000',
    '\ud800',
    Symbol('x'),
  ),
);

/** Property names that the API knows, so that some of the values get past the first look. */
const partly = fc.dictionary(
  fc.constantFrom(
    'issueKey',
    'notes',
    'at',
    'timeIn',
    'timeOut',
    'from',
    'to',
    'limit',
    'offset',
    'text',
    'status',
    'worklog',
  ),
  fc.oneof(anything, fc.constantFrom<unknown>('2026-11-23T09:00:00Z', 'PROJ-1', '%', 5, null, undefined)),
);
const argument = fc.oneof(anything, partly);

/** Every call of the API that asks no Jira, by a name that may be printed. */
function callsOf(api: TimecardApi): Readonly<Record<string, (...args: readonly unknown[]) => unknown>> {
  const { timer, records, connections, sync } = api;
  const entries = Object.entries({
    ...timer,
    ...records,
    test: connections.test,
    history: sync.history,
    push: sync.push,
  });
  return Object.fromEntries(entries.map(([name, call]) => [name, (...args) => Reflect.apply(call, undefined, args)]));
}

describe('whatever another extension passes to the API', () => {
  let office: Office;
  let api: TimecardApi;
  beforeEach(async () => {
    office = await Office.open('cloud');
    // The API needs no more of the services than a window of the office has.
    const services = office.window as unknown as Services;
    const freshBranch = async () => ({ branch: null, issueKey: null, why: '' });
    api = createApi(
      async () => createApiCalls({ services, freshBranch, log: quietLog }),
      () => ({ dispose: () => undefined }),
    );
  });
  afterEach(() => office.close());

  it('is taken, or refused by a rejection that has a reason', async () => {
    const calls = callsOf(api);
    const check = async (name: string, args: readonly unknown[]) => {
      const answer = calls[name]?.(...args);
      expect(answer, name).toBeInstanceOf(Promise);
      await Promise.resolve(answer).catch((error: unknown) => {
        expect(error, name).toBeInstanceOf(Error);
        expect(error, name).toMatchObject({ reason: expect.any(String), message: expect.any(String) });
        const { reason, message } = error as Error & { reason: string };
        expect(REASONS, name).toContain(reason);
        expect(message.length, name).toBeLessThan(1_000);
      });
    };
    const names = fc.constantFrom(...Object.keys(calls));
    await fc.assert(fc.asyncProperty(names, fc.array(argument, { maxLength: 2 }), check), { numRuns: runs(300) });
    expect((await api.records.list()).filter(({ timeOut }) => timeOut === null).length).toBeLessThanOrEqual(1);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  }, 600_000);
});

describe('whatever link a web page holds', () => {
  it('opens the picker or the history, and does nothing else', async () => {
    const failures: unknown[] = [];
    const boundary = new ErrorBoundary({ ...quietLog, error: (message) => failures.push(message) }, () => {
      throw new Error('There is nothing to do.');
    });
    handleUris(boundary);
    const handler = links.handlers.at(-1);
    const path = fc.oneof(fc.constantFrom('/clockIn', '/clockIn/', '/', '', '/../clockIn'), fc.string());
    const query = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `issueKey=${text}`),
      fc.constantFrom(
        `issueKey=${'A'.repeat(100_000)}`,
        'issueKey=%',
        'issueKey=%ff%fe',
        'issueKey=PROJ-1&issueKey=PROJ-2',
      ),
    );
    await fc.assert(
      fc.asyncProperty(path, query, async (givenPath, givenQuery) => {
        executed.length = 0;
        await handler?.handleUri({ path: givenPath, query: givenQuery });
        await new Promise((resolve) => setImmediate(resolve));
        expect(executed).toHaveLength(1);
        const [id, text, ...more] = executed[0] ?? [];
        expect(more).toEqual([]);
        if (givenPath !== '/clockIn') expect([id, text]).toEqual(['timecard.openHistory', undefined]);
        else expect([id, typeof text, String(text).length <= 100]).toEqual(['timecard.clockInOn', 'string', true]);
      }),
      { numRuns: runs(300) },
    );
    expect(failures).toEqual([]);
  });
});
