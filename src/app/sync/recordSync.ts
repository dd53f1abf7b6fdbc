import { TimecardError } from '../../core/errors.ts';
import type { JiraSession } from '../../core/jiraPorts.ts';
import type { Clock, Settings } from '../../core/ports.ts';
import type { OrphanWorklog, RecordBasis, TimeRecord, WorklogContent, WorklogSnapshot } from '../../core/records.ts';
import type { Lease, Store } from '../../core/storePorts.ts';
import { changedInJira, newerInJira } from '../../core/sync/conflictText.ts';
import { needsPlace, type Place, planSync, type SyncPlan } from '../../core/sync/plan.ts';
import { reconcile, sameContent } from '../../core/sync/reconcile.ts';
import { basisOf, needsSync } from '../../core/syncState.ts';
import type { LostReplies } from './lostReplies.ts';
import type { Places } from './places.ts';
import { isWhereItWas, withWorklog } from './settle.ts';
import { NoWorklog, wishOf } from './wish.ts';
import type { WorklogWish, WorklogWriter } from './worklogWriter.ts';

/** More steps than any record needs; a guard against going round for ever. */
const MAX_STEPS = 8;

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly places: Places;
  readonly writer: WorklogWriter;
  readonly lost: LostReplies;
  readonly lease: Lease;
  /** Takes down when a record that is looked at had last been changed, UTC ms. */
  readonly seen: Map<string, number>;
}

/**
 * Brings one record and Jira to agree, one write after another, deciding each step anew from what is on disk: the
 * user may edit, move or remove the record meanwhile, and a step that was cut short is taken up where it was left.
 */
export class RecordSync {
  /** Seconds of the worklogs being sent now, by record id. */
  private readonly underWay = new Map<string, number>();

  constructor(private readonly deps: Deps) {}

  /** Rejects with the first failure; everything done until then is written down. */
  async run(recordId: string, signal?: AbortSignal): Promise<void> {
    try {
      await this.stepByStep(recordId, signal);
    } finally {
      this.underWay.delete(recordId);
    }
  }

  private async stepByStep(recordId: string, signal: AbortSignal | undefined): Promise<void> {
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const [record, leftovers] = await this.deps.store.read(
        (db) => [db.record(recordId, true), db.orphans(recordId).length] as const,
      );
      if (record === undefined) return;
      this.deps.seen.set(recordId, record.updatedAt);
      // What went through before the user cancelled counts.
      if (step > 0 && signal?.aborted === true && leftovers === 0 && agrees(record)) return;
      stopIfCancelled(signal);
      // Who lost it leaves the rest to the window that has it.
      this.deps.lease.assertHeld();
      if (await this.settled(record, signal)) return this.removeLeftovers(recordId, signal);
    }
    throw new TimecardError('server', 'The record kept changing while it was synced. Sync again.');
  }

  private async settled(record: TimeRecord, signal: AbortSignal | undefined): Promise<boolean> {
    if (record.attempt !== 'none') {
      await this.deps.lost.clear(record, signal);
      return false;
    }
    const place = needsPlace(record) ? await this.deps.places.of(record, signal) : undefined;
    if (place !== undefined && place.issueKey !== record.issueKey) {
      await this.followMovedIssue(record, place.issueKey);
      return false;
    }
    if (place !== undefined && record.lookFirst && record.worklog === null) {
      await this.lookFirst(record, place, signal);
      return false;
    }
    const plan = planSync(record, place);
    if (plan.do === 'nothing') return true;
    const makesOne = plan.do === 'create' || plan.do === 'move';
    if (makesOne && (await this.deps.lost.reopen(record, plan.place))) return false;
    await this.carryOut(record, plan, signal);
    return false;
  }

  private async carryOut(record: TimeRecord, plan: SyncPlan, signal: AbortSignal | undefined): Promise<void> {
    if (plan.do === 'nothing') return;
    if (plan.do === 'delete') return this.delete(record, plan.worklog, signal);
    const session = await this.deps.places.session(plan.place.connectionId);
    const wish = await this.wishOrDeletion(record, signal);
    if (plan.do === 'create') return this.deps.writer.create(session, record, plan.place, wish);
    if (plan.do === 'update') return this.update(session, record, plan, wish, signal);
    await this.deps.places.checkStillIs(plan.worklog, signal);
    await this.checkUnchangedInJira(record, plan.worklog, signal);
    return this.deps.writer.create(session, record, plan.place, wish);
  }

  private async update(
    session: JiraSession,
    record: TimeRecord,
    { place, worklog }: SyncPlan & { readonly do: 'update' },
    wish: WorklogWish,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (sameContent(wish.content, worklog)) return this.agree(record, { ...worklog, ...place, basis: wish.basis });
    const remote = await session.worklog(worklog.issueId, worklog.worklogId, signal);
    const verdict = reconcile(worklog, wish.content, remote);
    if (verdict === 'conflict') throw this.conflict(record, wish.content, remote);
    if (verdict === 'settled' && remote !== undefined) {
      return this.agree(record, { ...worklog, ...place, ...contentOf(remote), basis: wish.basis });
    }
    return this.deps.writer.update(session, record, place, worklog.worklogId, wish);
  }

  /** What is to be sent; before it rejects because that is nothing, the worklog that Jira still has is deleted. */
  private async wishOrDeletion(record: TimeRecord, signal: AbortSignal | undefined): Promise<WorklogWish> {
    try {
      return await this.wish(record);
    } catch (error) {
      // Its time would stay in Jira as it was, and with the carry be there twice.
      if (error instanceof NoWorklog && record.worklog !== null) await this.delete(record, record.worklog, signal);
      throw error;
    }
  }

  /** A worklog the user asked to be deleted goes; any other must not have been edited in Jira. */
  private async delete(record: TimeRecord, worklog: WorklogSnapshot, signal: AbortSignal | undefined): Promise<void> {
    await this.deps.places.checkStillIs(worklog, signal);
    if (record.intent !== 'absent') await this.checkUnchangedInJira(record, worklog, signal);
    const session = await this.deps.places.session(worklog.connectionId);
    return this.deps.writer.remove(session, record, worklog);
  }

  /** An issue that is gone or hidden now holds nothing that could still be looked at. */
  private async checkUnchangedInJira(
    record: TimeRecord,
    worklog: WorklogSnapshot,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const session = await this.deps.places.session(worklog.connectionId);
    try {
      const remote = await session.worklog(worklog.issueId, worklog.worklogId, signal);
      if (reconcile(worklog, undefined, remote) === 'conflict') throw this.conflict(record, ownContent(record), remote);
    } catch (error) {
      if (!isIssueGone(error)) throw error;
    }
  }

  /** The record still asks for what Jira holds (a change within the rounding, or one that Jira already has). */
  private agree(record: TimeRecord, worklog: WorklogSnapshot): Promise<void> {
    return this.deps.store.commit((tx) => {
      const current = tx.record(record.id, true);
      if (current !== undefined) withWorklog(tx, current, worklog, this.deps.clock.now());
    });
  }

  /** The issue has a new key; Jira resolves the old one, and the record goes along. */
  private followMovedIssue(record: TimeRecord, issueKey: string): Promise<void> {
    return this.deps.store.commit((tx) => {
      const current = tx.record(record.id, true);
      if (current !== undefined && isWhereItWas(current, record)) tx.updateRecord({ ...current, issueKey });
    });
  }

  private async lookFirst(record: TimeRecord, place: Place, signal: AbortSignal | undefined): Promise<void> {
    const session = await this.deps.places.session(place.connectionId);
    const { content } = await this.wish(record);
    // The record may be older than its worklog, whose start is then not known.
    const candidates = await session.findLost(place.issueId, record.id, content, signal, true);
    const now = this.deps.clock.now();
    const adopted = await this.deps.store.commit((tx) => {
      const current = tx.record(record.id, true);
      if (current === undefined) return undefined;
      const worklog = candidates.find(({ id }) => tx.worklogOwner(place.connectionId, id) === undefined);
      if (worklog === undefined) {
        tx.updateRecord({ ...current, lookFirst: false });
        return undefined;
      }
      const found = contentOf(worklog);
      const base = sameContent(content, found) ? found : unlike(found);
      withWorklog(tx, current, { ...place, ...base, worklogId: worklog.id, basis: basisIn(found, current.zone) }, now);
      tx.insertAttempt({
        ...{ recordId: record.id, ...place, action: 'adopt', worklogId: worklog.id, status: 'success' },
        ...{ reason: null, error: null, httpStatus: null, startedAt: now, finishedAt: now, sent: null, batchId: null },
      });
      return found;
    });
    if (adopted !== undefined && !sameContent(content, adopted)) throw this.olderThanJira(record, content, adopted);
  }

  private async removeLeftovers(recordId: string, signal: AbortSignal | undefined): Promise<void> {
    const orphans = await this.deps.store.read((db) => db.orphans(recordId));
    for (const orphan of orphans) {
      const session = await this.deps.places.session(orphan.connectionId);
      await this.deps.places.checkStillIs(orphan, signal);
      await this.removeLeftover(session, orphan);
    }
  }

  /** A leftover on an issue that nobody can reach any more is reported once and then let go. */
  private async removeLeftover(session: JiraSession, orphan: OrphanWorklog): Promise<void> {
    try {
      await this.deps.writer.removeOrphan(session, orphan);
    } catch (error) {
      if (!isIssueGone(error)) throw error;
      await this.deps.store.commit((tx) => tx.removeOrphan(orphan.connectionId, orphan.worklogId));
      throw error;
    }
  }

  private conflict(record: TimeRecord, here: WorklogContent, remote: WorklogContent | undefined): TimecardError {
    return new TimecardError('conflict', changedInJira(record, here, remote, this.deps.settings.hourCycle()));
  }

  private olderThanJira(record: TimeRecord, here: WorklogContent, remote: WorklogContent): TimecardError {
    return new TimecardError('conflict', newerInJira(record, here, remote, this.deps.settings.hourCycle()));
  }

  private wish(record: TimeRecord): Promise<WorklogWish> {
    const { store, settings } = this.deps;
    return wishOf(record, { store, settings, underWay: this.underWay });
  }
}

/** The record contents that Jira's version would come from. */
export function basisIn(content: WorklogContent, zone: string): RecordBasis {
  const { startedMs, seconds, comment } = content;
  return { timeIn: startedMs, timeOut: startedMs + seconds * 1000, zone, notes: comment };
}

function contentOf({ startedMs, seconds, comment }: WorklogContent): WorklogContent {
  return { startedMs, seconds, comment };
}

/**
 * A base for a worklog that nobody has agreed on: Jira's never equals it, so that every sync finds the conflict anew
 * until the user has ended it. Its duration stays, since the rounding carry counts with it.
 */
function unlike(content: WorklogContent): WorklogContent {
  return { ...content, startedMs: 0 };
}

/** What a record says as it is, when no worklog is to be made of it. */
function ownContent(record: TimeRecord): WorklogContent {
  const { timeIn, timeOut, notes } = basisOf(record) ?? { ...record, timeOut: record.timeIn };
  return { startedMs: timeIn, seconds: Math.floor((timeOut - timeIn) / 1000), comment: notes };
}

/** Whether nothing is left to do for a record, as far as this machine knows. */
function agrees(record: TimeRecord): boolean {
  return record.attempt === 'none' && !record.lookFirst && !needsSync(record);
}

function stopIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new TimecardError('cancelled', 'Stopped.', { outcome: 'notSent' });
}

function isIssueGone(error: unknown): boolean {
  return error instanceof TimecardError && error.reason === 'issueNotFound';
}
