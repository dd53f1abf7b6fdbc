import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AutoSync } from '../../../src/app/sync/autoSync.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { Office, quietLog, type Window } from './office.ts';

/** Sends what waits, when it is told to. */
function queueOf({ store, sync, clock, settings, preview }: Window): AutoSync {
  const timers = { after: () => ({ dispose: () => undefined }) };
  const onHeld = () => undefined;
  return new AutoSync({
    store,
    sync,
    clock,
    timers,
    random: () => 0.5,
    settings,
    log: quietLog,
    preview,
    noteAway: async () => undefined,
    onHeld,
  });
}

describe('a worklog that the user had deleted', () => {
  let office: Office;

  beforeEach(async () => {
    office = await Office.open('cloud');
  });
  afterEach(() => office.close());

  const stateOf = async (id: string) => syncStateOf(await office.record(id));

  async function synced(...minutesAgo: readonly number[]): Promise<readonly TimeRecord[]> {
    const records: TimeRecord[] = [];
    for (const ago of minutesAgo) records.push(await office.finished('DEMO-7', 10, ago));
    await office.window.sync.push(undefined);
    return records;
  }

  /** Jira did not delete it when it was asked to; the wish is written down. */
  async function deletionWaits(id: string): Promise<void> {
    const down = office.jira.faults.add({ method: 'DELETE', kind: 'status', status: 503, when: 'before' });
    await expect(office.window.sync.deleteWorklog(id)).rejects.toMatchObject({ reason: 'server' });
    office.jira.faults.remove(down);
    expect(await office.record(id)).toMatchObject({ intent: 'absent', worklog: {} });
  }

  it('stays deleted when the queues of two windows had both seen that it must go', async () => {
    const [record] = await synced(120);
    await deletionWaits(record?.id ?? '');
    office.jira.faults.add({ method: 'DELETE', kind: 'latency', ms: 200, when: 'before', times: 1 });
    const queues = [queueOf(office.window), queueOf(await office.secondWindow())];
    for (const queue of queues) queue.start();
    await Promise.all(queues.map((queue) => queue.idle()));
    for (const queue of queues) queue.dispose();
    expect(office.worklogs()).toEqual([]);
    expect(office.sent('POST')).toBe(1);
    expect(await stateOf(record?.id ?? '')).toBe('local');
  });

  it('stays deleted when a sync is undone while records wait to go by themselves', async () => {
    const [record] = await synced(120);
    await office.window.records.update(record?.id ?? '', { notes: 'longer' });
    const other = await office.secondWindow();
    other.settings.mode = 'onClockOut';
    const queue = queueOf(other);
    const batch = await office.window.sync.lastBatch();
    const deleted = office.jira.faults.add({ method: 'DELETE', kind: 'latency', ms: 300, when: 'before' });
    const undoing = office.window.sync.undo(batch?.id ?? '');
    // Found due before the undo has written down that its worklog is to go.
    queue.finished();
    await Promise.all([undoing, queue.idle()]);
    queue.dispose();
    office.jira.faults.remove(deleted);
    expect(office.worklogs()).toEqual([]);
    expect(await stateOf(record?.id ?? '')).toBe('local');
  });

  it('stays deleted when what had failed is tried again after the queue has deleted it', async () => {
    const [record] = await synced(120);
    const id = record?.id ?? '';
    await deletionWaits(id);
    const down = office.jira.faults.add({ method: 'DELETE', kind: 'status', status: 503, when: 'before' });
    const { errors } = await office.window.sync.push(undefined);
    office.jira.faults.remove(down);
    expect(errors.map(({ recordId }) => recordId)).toEqual([id]);
    const queue = queueOf(office.window);
    queue.start();
    await queue.idle();
    queue.dispose();
    expect(await office.window.sync.push(errors.map(({ recordId }) => recordId))).toMatchObject({ failed: 0 });
    expect(office.worklogs()).toEqual([]);
    expect(await stateOf(id)).toBe('local');
  });

  it('stays deleted when a preview of all that was due had been left open meanwhile', async () => {
    const [record] = await synced(120);
    const id = record?.id ?? '';
    await deletionWaits(id);
    const { lines } = await office.window.preview.of();
    expect(lines.map(({ recordId }) => recordId)).toEqual([id]);
    await office.window.sync.push(undefined);
    await office.window.sync.push(lines.map(({ recordId }) => recordId));
    expect(office.worklogs()).toEqual([]);
  });

  it('is in the preview of what the user names, since it is made again then', async () => {
    const [one, other] = await synced(120, 90);
    for (const record of [one, other]) await office.window.sync.deleteWorklog(record?.id ?? '');
    const { preview } = office.window;
    const ids = [one?.id ?? '', other?.id ?? ''];
    expect((await preview.of(ids, undefined, true)).lines.map(({ does }) => does)).toEqual(['create', 'create']);
    expect((await preview.of(ids)).lines).toEqual([]);
    expect((await preview.of()).lines).toEqual([]);
    await office.window.records.remove(ids[0] ?? '');
    expect((await preview.of(ids, undefined, true)).lines).toHaveLength(1);
  });

  it('is made again when the user names the record', async () => {
    const [one, other] = await synced(120, 90);
    for (const record of [one, other]) await office.window.sync.deleteWorklog(record?.id ?? '');
    expect(await office.window.sync.push([one?.id ?? ''], { again: true })).toMatchObject({ succeeded: 1 });
    expect(office.worklogs()).toHaveLength(1);
    expect([await stateOf(one?.id ?? ''), await stateOf(other?.id ?? '')]).toEqual(['synced', 'local']);
  });
});
