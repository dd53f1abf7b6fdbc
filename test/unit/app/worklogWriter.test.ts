import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IssueQueue } from '../../../src/app/sync/issueQueue.ts';
import { Turnstile } from '../../../src/app/sync/turnstile.ts';
import { WorklogWriter } from '../../../src/app/sync/worklogWriter.ts';
import { TimecardError } from '../../../src/core/errors.ts';
import type { JiraSession } from '../../../src/core/jiraPorts.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { basisOf } from '../../../src/core/syncState.ts';
import { Office } from './office.ts';

/** What another window does while this one's request is on its way, whose lock it took for abandoned. */
describe('a write that another window has judged or carried out meanwhile', () => {
  let office: Office;
  let record: TimeRecord;

  beforeEach(async () => {
    office = await Office.open('cloud');
    const { id } = await office.finished('DEMO-7');
    await office.window.sync.push(undefined);
    record = await office.record(id);
  });
  afterEach(() => office.close());

  const writer = () => {
    const { store, clock } = office.window;
    const options = () => ({ notifyUsers: false, adjustEstimate: { kind: 'auto' } }) as const;
    const queue = new IssueQueue(clock, clock.sleep);
    const turnstile = new Turnstile(async () => undefined);
    const lease = { assertHeld: () => undefined };
    return new WorklogWriter({ store, clock, queue, turnstile, options, lease, batchId: 'b' });
  };
  /** A session of which nothing but these is asked. */
  const session = (parts: Partial<JiraSession>) => parts as JiraSession;
  const lastAttempt = async () => (await office.window.sync.history({ limit: 1 }))[0];
  const worklog = () => {
    if (record.worklog === null) throw new Error('The record was not synced.');
    return record.worklog;
  };

  it('is done when it was to delete what the other one has deleted, whatever became of its reply', async () => {
    const { startedMs: _s, seconds: _n, comment: _c, basis: _b, ...place } = worklog();
    const orphan = { ...place, worklogId: '4711', recordId: record.id, createdAt: 0 };
    await office.window.store.commit((tx) => tx.insertOrphan(orphan));
    const deleting = writer().removeOrphan(
      session({
        deleteWorklog: async () => {
          await office.window.store.commit((tx) => tx.removeOrphan(orphan.connectionId, orphan.worklogId));
          throw new TimecardError('network', 'No answer.', { outcome: 'unknown' });
        },
      }),
      orphan,
    );
    await expect(deleting).rejects.toMatchObject({ outcome: 'unknown' });
    expect(await lastAttempt()).toMatchObject({ action: 'delete', status: 'success', error: null });
    expect(await office.record(record.id)).toMatchObject({ attempt: 'none' });
  });

  it('is looked at again when the other one did not find it and it was done after all', async () => {
    const { startedMs, seconds, comment } = worklog();
    const content = { startedMs, seconds, comment };
    const basis = basisOf(record);
    if (basis === undefined) throw new Error('The record runs.');
    await writer().update(
      session({
        updateWorklog: async () => {
          const open = await lastAttempt();
          if (open !== undefined)
            await office.window.store.commit((tx) => tx.updateAttempt({ ...open, status: 'failed' }));
          return {
            ...content,
            id: worklog().worklogId,
            issueId: worklog().issueId,
            authorId: null,
            recordId: record.id,
          };
        },
      }),
      record,
      worklog(),
      worklog().worklogId,
      { content, basis },
    );
    expect(await lastAttempt()).toMatchObject({ action: 'update', status: 'unknown' });
    expect(await office.record(record.id)).toMatchObject({ attempt: 'unknown' });
    await office.window.sync.push(undefined);
    expect(await lastAttempt()).toMatchObject({ status: 'success' });
    expect(await office.record(record.id)).toMatchObject({ attempt: 'none' });
  });
});
