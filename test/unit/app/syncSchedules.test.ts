import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asTimecardError } from '../../../src/core/errors.ts';
import type { Deployment } from '../../../src/core/records.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import type { Fault } from '../../../tools/jira/simulator.ts';
import { Office, type Window } from './office.ts';

/*
 * Random schedules of faults, edits and syncs from two windows. Whatever happened on the way: once Jira is well again
 * and a sync has run, each record has exactly one worklog with its contents, and no other worklog exists.
 */

const ISSUES = ['DEMO-7', 'DEMO-1', 'OPS-1'] as const;

const anyFault: fc.Arbitrary<Fault> = fc
  .tuple(
    fc.constantFrom('POST', 'PUT', 'DELETE', 'GET', undefined),
    fc.oneof(
      fc.record({ kind: fc.constant('drop' as const), when: fc.constantFrom('before' as const, 'after' as const) }),
      fc.record({ kind: fc.constant('garbage' as const), when: fc.constantFrom('before' as const, 'after' as const) }),
      fc.record({
        kind: fc.constant('status' as const),
        when: fc.constantFrom('before' as const, 'after' as const),
        status: fc.constantFrom(500, 502, 503, 504),
      }),
      fc.constant({ kind: 'html' as const }),
      fc.constant({ kind: 'redirect' as const }),
      fc.record({ kind: fc.constant('rateLimited' as const), retryAfter: fc.constantFrom(1, 5) }),
      fc.constant({ kind: 'unavailable' as const }),
      fc.constant({ kind: 'truncate' as const, when: 'after' as const }),
    ),
    fc.integer({ min: 1, max: 4 }),
  )
  .map(([method, kind, times]) => ({ ...kind, times, path: 'worklog', ...(method === undefined ? {} : { method }) }));

type Step =
  | { readonly do: 'add'; readonly issue: string; readonly minutes: number }
  | { readonly do: 'edit'; readonly which: number; readonly minutes: number }
  | { readonly do: 'move'; readonly which: number; readonly issue: string }
  | { readonly do: 'remove'; readonly which: number }
  | { readonly do: 'fault'; readonly fault: Fault }
  | { readonly do: 'sync'; readonly windows: 1 | 2 };

const which = fc.integer({ min: 0, max: 5 });
const minutes = fc.integer({ min: 1, max: 120 });
const issue = fc.constantFrom(...ISSUES);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), issue, minutes }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), which, minutes }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), which, issue }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('fault' as const), fault: anyFault }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('sync' as const), windows: fc.constantFrom(1 as const, 2 as const) }),
  },
);

interface Scene {
  readonly office: Office;
  readonly windows: readonly [Window, Window];
  readonly ids: string[];
  running: Promise<unknown>;
  added: number;
}

async function play(scene: Scene, current: Step): Promise<void> {
  const { office, windows, ids } = scene;
  const records = windows[0].records;
  const id = 'which' in current ? ids[current.which % Math.max(ids.length, 1)] : undefined;
  if (current.do === 'add') {
    // Starts are a day's minutes apart, so that Data Center can tell records apart by start and duration.
    ids.push((await office.finished(current.issue, current.minutes, 20_000 - scene.added * 200)).id);
    scene.added += 1;
  }
  if (current.do === 'fault') office.jira.faults.add(current.fault);
  if (current.do === 'edit' && id !== undefined) {
    const { timeIn } = await office.record(id);
    await records.update(id, { timeOut: timeIn + current.minutes * 60_000 });
  }
  if (current.do === 'move' && id !== undefined) await records.update(id, { issueKey: current.issue });
  if (current.do === 'remove' && id !== undefined) {
    await records.remove(id, 'delete');
    ids.splice(ids.indexOf(id), 1);
  }
  if (current.do === 'sync') {
    // Not awaited: what follows happens while the requests are on their way.
    const pushes = windows.slice(0, current.windows).map((window) => window.sync.push(undefined));
    scene.running = Promise.all([scene.running, ...pushes]);
  }
}

async function checkOnceEach({ office, windows, ids }: Scene): Promise<void> {
  office.jira.faults.clear();
  // A conflict cannot arise by itself here, so two calm syncs settle everything.
  await windows[0].sync.push(undefined);
  const last = await windows[1].sync.push(undefined);
  expect(last.errors).toEqual([]);
  expect(office.worklogs()).toHaveLength(ids.length);
  for (const id of ids) {
    const record = await office.record(id);
    expect(syncStateOf(record)).toBe('synced');
    const mine = office.worklogs(record.issueKey ?? '').filter((worklog) => worklog.started === record.timeIn);
    expect(mine.map((worklog) => worklog.timeSpentSeconds)).toEqual([((record.timeOut ?? 0) - record.timeIn) / 1000]);
    expect(record.worklog?.worklogId).toBe(mine[0]?.id);
  }
  const log = await windows[0].sync.history({ limit: 10_000 });
  expect(log.filter((row) => row.status === 'pending')).toEqual([]);
  expect(office.jira.state.strays()).toEqual([]);
}

async function runSchedule(deployment: Deployment, steps: readonly Step[]): Promise<void> {
  const office = await Office.open(deployment);
  office.jira.set({ issueWriteLimit: false });
  const scene: Scene = {
    office,
    windows: [office.window, await office.secondWindow()],
    ids: [],
    running: Promise.resolve(),
    added: 0,
  };
  try {
    for (const current of steps) await play(scene, current);
    await scene.running;
    await checkOnceEach(scene);
  } catch (error) {
    await scene.running.catch(asTimecardError);
    throw error;
  } finally {
    await office.close();
  }
}

const RUNS = Number(process.env.TIMECARD_SCHEDULES ?? 12);
const SEED = process.env.TIMECARD_SEED;

describe.each<Deployment>(['cloud', 'dataCenter'])('any schedule with %s', (deployment) => {
  it('ends with each record in Jira exactly once', { timeout: 30_000 + RUNS * 5_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), (steps) => runSchedule(deployment, steps)),
      { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    );
  });
});
