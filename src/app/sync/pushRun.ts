import { asTimecardError, TimecardError } from '../../core/errors.ts';
import type { SyncAction, TimeRecord } from '../../core/records.ts';
import type { Lease } from '../../core/storePorts.ts';
import { concernsWholeSite, isPassing, LONGEST_WAIT_MS, MAX_TRIES, waitBeforeRetry } from '../../core/sync/retry.ts';
import { syncStateOf } from '../../core/syncState.ts';
import { readEach } from '../readEach.ts';
import { IssueQueue } from './issueQueue.ts';
import { LostReplies } from './lostReplies.ts';
import { optionsFor } from './options.ts';
import type { Places } from './places.ts';
import { RecordSync } from './recordSync.ts';
import { unresolved } from './settle.ts';
import { Turnstile } from './turnstile.ts';
import type { SyncDeps, SyncFailure, SyncSummary } from './types.ts';
import { noteUnsent } from './unsent.ts';
import { LostReply, WorklogWriter } from './worklogWriter.ts';

/** Issues of one site that are written to at the same time. */
const ISSUES_AT_ONCE = 4;

interface RunDeps extends SyncDeps {
  readonly lease: Lease;
  readonly places: Places;
  readonly batchId: string;
}

/** One sync: many records, a few issues at a time, each record tried again while its failure may pass. */
export class PushRun {
  private readonly recordSync: RecordSync;
  private readonly turnstile: Turnstile;
  private readonly failures: SyncFailure[] = [];
  /** Sites that answer nobody for now, and why; their other records are not even tried. */
  private readonly closedSites = new Map<string, TimecardError>();
  /** Until when a site asked everybody to wait, UTC ms. */
  private readonly pausedUntil = new Map<string, number>();
  /** When each record had last been changed as it was last looked at, UTC ms. */
  private readonly seen = new Map<string, number>();
  /** Whether Jira has refused a sign-in of this sync: nothing says that the next one would be taken. */
  private isRefused = false;
  private succeeded = 0;
  private stopped: TimecardError | undefined;

  constructor(private readonly deps: RunDeps) {
    const { store, clock, sleep, breathe, settings, places, lease, batchId } = deps;
    const options = (issueKey: string, action: SyncAction) => optionsFor(issueKey, action, settings);
    const queue = new IssueQueue(clock, sleep);
    this.turnstile = new Turnstile(breathe);
    const writer = new WorklogWriter({ store, clock, queue, turnstile: this.turnstile, lease, options, batchId });
    const lost = new LostReplies({ store, clock, sleep, lease, places });
    this.recordSync = new RecordSync({ store, clock, settings, places, writer, lost, lease, seen: this.seen });
  }

  async push(
    ids: readonly string[],
    signal: AbortSignal | undefined,
    onEnd: (recordId: string) => void,
  ): Promise<SyncSummary> {
    const groups = await this.groupByIssue(ids);
    const next = groups[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (let turn = next.next(); turn.done !== true; turn = next.next())
        await this.pushGroup(turn.value, signal, onEnd);
    };
    await Promise.all(Array.from({ length: ISSUES_AT_ONCE }, worker));
    const { failures, succeeded } = this;
    const cancelled = this.stopped?.reason === 'cancelled';
    return { total: ids.length, succeeded, failed: failures.length, errors: failures, cancelled };
  }

  /** Records of one issue are sent one after another, oldest first. */
  private async groupByIssue(ids: readonly string[]): Promise<readonly (readonly string[])[]> {
    const keys = await readEach(this.deps, ids, (db, id) => [id, issueKeyIn(db.record(id, true))] as const);
    const groups = new Map<string, string[]>();
    for (const [id, key = id] of keys) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [id]);
      else group.push(id);
    }
    return [...groups.values()];
  }

  private async pushGroup(
    ids: readonly string[],
    signal: AbortSignal | undefined,
    onEnd: (recordId: string) => void,
  ): Promise<void> {
    for (const id of ids) {
      await this.turnstile.pass();
      if (this.stopped?.reason === 'cancelled') return;
      await this.pushOne(id, signal);
      onEnd(id);
    }
  }

  private async pushOne(id: string, signal: AbortSignal | undefined): Promise<void> {
    let startedAt: number | undefined;
    try {
      if (this.stopped !== undefined) throw this.stopped;
      const record = await this.deps.store.read((db) => db.record(id, true));
      if (record !== undefined) {
        this.seen.set(id, record.updatedAt);
        await this.checkCanGo(record);
      }
      startedAt = this.deps.clock.now();
      await this.withRetries(id, signal);
      this.succeeded += 1;
    } catch (thrown) {
      await this.fail(id, asTimecardError(thrown), startedAt);
    } finally {
      this.seen.delete(id);
    }
  }

  private async checkCanGo(record: TimeRecord): Promise<void> {
    if (record.deletedAt === null && record.timeOut === null) {
      throw new TimecardError('invalid', 'This record is still running. Clock out to sync it.');
    }
    if (record.deletedAt === null && record.issueKey === null && record.worklog === null && record.attempt === 'none') {
      throw new TimecardError('invalid', 'This record has no issue. Choose one to sync it.');
    }
    await this.checkIsOpen(record.id);
  }

  private async checkIsOpen(id: string): Promise<void> {
    const closed = this.closedSites.size === 0 ? undefined : this.closedSites.get(await this.siteOfRecord(id));
    if (closed !== undefined) throw closed;
  }

  private async withRetries(id: string, signal: AbortSignal | undefined): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.sitOutPause(id, signal);
        return await this.recordSync.run(id, signal);
      } catch (thrown) {
        const error = asTimecardError(thrown);
        this.isRefused ||= error.reason === 'unauthorized' && !isPause(error);
        await this.notePause(id, error);
        const wait = waitBeforeRetry(error, tries, this.deps.random());
        if (!this.mayPass(error) || tries >= MAX_TRIES || wait > LONGEST_WAIT_MS || signal?.aborted === true)
          throw error;
        this.deps.log.info(`Sync of record ${id} waits ${wait} ms after: ${error.reason} ${error.httpStatus ?? ''}`);
        await this.deps.sleep(wait, signal);
        // Of those that wait together, the first one finds out for all.
        if (isPause(error)) await this.checkIsOpen(id);
      }
    }
  }

  private mayPass(error: TimecardError): boolean {
    return isPassing(error.reason) || error instanceof LostReply || (isPause(error) && !this.isRefused);
  }

  private async sitOutPause(id: string, signal: AbortSignal | undefined): Promise<void> {
    if (this.pausedUntil.size === 0) return;
    const wait = (this.pausedUntil.get(await this.siteOfRecord(id)) ?? 0) - this.deps.clock.now();
    if (wait > 0 && wait <= LONGEST_WAIT_MS) await this.deps.sleep(wait, signal);
  }

  private async notePause(id: string, error: TimecardError): Promise<void> {
    if (error.retryAfterMs === undefined || error.limitScope === 'issue') return;
    const site = await this.onlySiteOf(id);
    if (site !== undefined) this.pausedUntil.set(site, this.deps.clock.now() + error.retryAfterMs);
  }

  /** @param startedAt when Jira was first asked for this record, UTC ms; `undefined` when it was not */
  private async fail(id: string, error: TimecardError, startedAt: number | undefined): Promise<void> {
    if (error.reason === 'cancelled') {
      this.stopped = error;
      return;
    }
    this.failures.push({ recordId: id, reason: error.reason, message: error.message });
    this.deps.log.warn(`Sync of record ${id} failed: ${error.reason}: ${error.message}`);
    if (error.reason.startsWith('storage')) {
      this.stopped = error;
      return;
    }
    if (concernsWholeSite(error)) await this.closeSite(id, error);
    await this.writeDown(id, error, startedAt);
  }

  private async closeSite(id: string, error: TimecardError): Promise<void> {
    const site = await this.onlySiteOf(id);
    if (site !== undefined) this.closedSites.set(site, error);
  }

  /** The site a failure came from; `undefined` when the record has something at another one, which may have failed. */
  private async onlySiteOf(id: string): Promise<string | undefined> {
    const site = await this.siteOfRecord(id);
    const elsewhere = await this.deps.store.read((db) => {
      const places = [db.record(id, true)?.worklog, ...db.orphans(id), ...unresolved(db, id)];
      return places.some((place) => place && place.connectionId !== site);
    });
    return elsewhere ? undefined : site;
  }

  private async siteOfRecord(id: string): Promise<string> {
    const record = await this.deps.store.read((db) => db.record(id, true));
    return record === undefined ? '' : this.siteOf(record);
  }

  private async siteOf(record: TimeRecord): Promise<string> {
    try {
      return (await this.deps.places.connectionOf(record)).id;
    } catch (error) {
      return asTimecardError(error).reason;
    }
  }

  /** What the user has changed or removed since is not what this failure is about. */
  private isPast(record: TimeRecord, error: TimecardError): boolean {
    return isOfRecord(error) && this.seen.get(record.id) !== record.updatedAt;
  }

  /** Kept with the record unless it has got through after all (only clearing up behind it failed). */
  private async writeDown(id: string, error: TimecardError, startedAt: number | undefined): Promise<void> {
    const problem = { reason: error.reason, message: error.message };
    const site = await this.siteOfRecord(id);
    const finishedAt = this.deps.clock.now();
    const { batchId } = this.deps;
    try {
      await this.deps.store.commit((tx) => {
        const record = tx.record(id, true);
        if (record === undefined) return;
        if (syncStateOf(record) !== 'synced' && !this.isPast(record, error)) tx.updateRecord({ ...record, problem });
        // What failed before anything was written to Jira is an attempt as well.
        if (startedAt !== undefined)
          noteUnsent(tx, record, error, { connectionId: site, startedAt, finishedAt, batchId });
      });
    } catch (thrown) {
      this.stopped = asTimecardError(thrown);
    }
  }
}

function isOfRecord(error: TimecardError): boolean {
  return !isPassing(error.reason) && !concernsWholeSite(error);
}

function issueKeyIn(record: TimeRecord | undefined): string | undefined {
  return record?.issueKey ?? record?.worklog?.issueKey;
}

/** Nothing is sent for a moment after a refusal; one that something else has met says nothing about this sync's records. */
function isPause({ reason, retryAfterMs, httpStatus }: TimecardError): boolean {
  return reason === 'unauthorized' && retryAfterMs !== undefined && httpStatus === undefined;
}
