import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordRow } from '../../../src/protocol/rows.ts';
import { createSelecting } from '../../../webview-ui/src/list/selecting.ts';
import { createRequests, type Requests } from '../../../webview-ui/src/requests.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function record(id: string): RecordRow {
  return {
    ...{ id, timeIn: 0, timeOut: 60_000, zone: 'UTC', day: '1970-01-01', notes: '', externalLink: null, branch: null },
    ...{ issueKey: null, summary: null, issueStatus: null, statusCategory: null, hasIssueUrl: false, state: 'local' },
    ...{ problem: null, lastSyncedAt: null, canSync: false, hasWorklog: false, overlaps: false },
  };
}

/** A list of one group, over an extension that answers when told to. */
function stage(ids: readonly string[]) {
  const world = { ids: [...ids], held: false, isWhole: true };
  const waiting: (() => void)[] = [];
  const requests: Requests = createRequests((message) => {
    if (!('request' in message)) return;
    const { request } = message;
    const answer = () => {
      if (message.type === 'find') {
        const index = world.ids.indexOf(message.id);
        requests.answer({ type: 'found', request, place: index < 0 ? null : { group: 'g', index } });
      }
      if (message.type === 'pickIds') {
        const found = message.slices.flatMap(({ from, count }) => world.ids.slice(from, from + count));
        requests.answer({ type: 'ids', request, ids: found, seconds: found.map(() => 60) });
      }
    };
    if (world.held) waiting.push(answer);
    else queueMicrotask(answer);
  });
  const selecting = createSelecting({
    requests,
    groups: () => (world.isWhole ? [{ key: 'g', count: world.ids.length }] : undefined),
    placeOf: () => undefined,
  });
  const settle = () => vi.advanceTimersByTimeAsync(1_000);
  const release = () => {
    world.held = false;
    for (const answer of waiting.splice(0)) answer();
  };
  const at = (index: number) => ({ group: 'g', index });
  return { world, selecting, settle, release, at, ids: () => [...selecting.chosen().keys()].sort() };
}

describe('selecting', () => {
  it('asks for what stands between, wherever the first one has gone meanwhile', async () => {
    const { world, selecting, settle, at, ids } = stage(['a', 'b', 'c', 'd']);
    selecting.pick(record('b'), at(1), false);
    world.ids = ['new', 'a', 'b', 'c', 'd'];
    selecting.pick(record('d'), at(4), true);
    await settle();
    expect(ids()).toEqual(['b', 'c', 'd']);
  });

  it('with Shift and nothing selected before takes just the one', async () => {
    const { selecting, settle, at, ids } = stage(['a', 'b', 'c']);
    selecting.pick(record('c'), at(2), true);
    await settle();
    expect(ids()).toEqual(['c']);
  });

  it('drops an answer that the user was quicker than', async () => {
    const { world, selecting, settle, release, at, ids } = stage(['a', 'b', 'c']);
    world.held = true;
    selecting.all();
    selecting.clear();
    selecting.pick(record('a'), at(0), false);
    release();
    await settle();
    expect(ids()).toEqual(['a']);
  });

  it('gives up what the list shows no longer, also when it changes while that is found out', async () => {
    const { world, selecting, settle, release, ids } = stage(['a', 'b', 'c']);
    selecting.all();
    await settle();
    world.ids = ['b', 'c'];
    world.held = true;
    selecting.listChanged();
    await settle();
    world.ids = ['c'];
    selecting.listChanged();
    release();
    await settle();
    expect(ids()).toEqual(['c']);
  });

  it('keeps everything while not all of the list has come, and looks again when it has', async () => {
    const { world, selecting, settle, at, ids } = stage(['a', 'b', 'c']);
    selecting.pick(record('a'), at(0), false);
    selecting.pick(record('b'), at(1), false);
    world.isWhole = false;
    world.ids = ['b', 'c'];
    selecting.listChanged();
    selecting.all();
    selecting.extendTo(at(2), 'b');
    await settle();
    expect(ids()).toEqual(['a', 'b']);
    world.isWhole = true;
    await settle();
    expect(ids()).toEqual(['b']);
  });

  it('does not let a look at the list undo what the user asks for at the same time', async () => {
    const { selecting, settle, at, ids } = stage(['a', 'b', 'c']);
    selecting.pick(record('a'), at(0), false);
    selecting.listChanged();
    await vi.advanceTimersByTimeAsync(299);
    selecting.all();
    await settle();
    expect(ids()).toEqual(['a', 'b', 'c']);
  });

  it('tells those who show it once for each change', async () => {
    const { selecting, settle } = stage(['a', 'b']);
    const told: number[] = [];
    selecting.onChange((chosen) => told.push(chosen.size));
    selecting.clear();
    selecting.all();
    await settle();
    selecting.clear();
    selecting.clear();
    expect(told).toEqual([2, 0]);
  });
});
