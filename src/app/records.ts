import { invalid } from '../core/errors.ts';
import { projectOf } from '../core/issueKey.ts';
import { newRecord } from '../core/newRecord.ts';
import type { Clock, NewId, Settings } from '../core/ports.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Reader, RecordFilter, Store, Tx } from '../core/storePorts.ts';
import { checkEditedTimes, checkExternalLink, checkIssueKey, checkNotes, checkSpan } from '../core/timeRules.ts';
import { lastWork } from './lastWork.ts';
import { askAbout, type PauseStamp } from './runsAgain.ts';
import { sameIds } from './sameIds.ts';

/** A record entered by hand; instants are UTC ms. */
export interface RecordInput {
  readonly timeIn: number;
  readonly timeOut: number;
  /** IANA; this machine's when absent. */
  readonly zone?: string;
  readonly issueKey?: string | null;
  readonly notes?: string;
  readonly externalLink?: string | null;
  readonly connectionId?: string;
  readonly source: 'manual' | 'api';
}

export interface RecordPatch {
  readonly timeIn?: number;
  readonly timeOut?: number;
  readonly issueKey?: string | null;
  readonly notes?: string;
  readonly externalLink?: string | null;
  readonly connectionId?: string;
}

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly settings: Settings;
}

/** Looking at and changing time records. */
export class Records {
  constructor(private readonly deps: Deps) {}

  list(filter: RecordFilter = {}): Promise<readonly TimeRecord[]> {
    return this.deps.store.read((db) => db.records(filter));
  }

  get(id: string): Promise<TimeRecord | undefined> {
    return this.deps.store.read((db) => db.record(id));
  }

  /** What the user works on, or worked on last; see `lastWork`. */
  last(): Promise<TimeRecord | undefined> {
    return this.deps.store.read(lastWork);
  }

  /** Adds a finished record. Rejects with `invalid`, naming the argument. */
  async add(input: RecordInput): Promise<TimeRecord> {
    const now = this.deps.clock.now();
    checkSpan({ timeIn: input.timeIn, timeOut: input.timeOut, now, byHand: true });
    const record = newRecord({
      id: this.deps.newId(),
      timeIn: input.timeIn,
      timeOut: input.timeOut,
      zone: input.zone ?? this.deps.clock.zone(),
      now,
      issueKey: checkIssueKey('issueKey', input.issueKey ?? null),
      notes: checkNotes('notes', input.notes ?? ''),
      externalLink: checkExternalLink('externalLink', input.externalLink ?? null),
      connectionId: input.connectionId ?? null,
      source: input.source,
    });
    return this.deps.store.commit((tx) => {
      checkConnection(tx, record.connectionId);
      tx.insertRecord(record);
      return record;
    });
  }

  /**
   * Changes a record; a synced one becomes due again when what Jira shows changes.
   * Rejects with `invalid` when there is no such record or a value does not fit.
   */
  async update(id: string, patch: RecordPatch): Promise<TimeRecord> {
    const now = this.deps.clock.now();
    const checked = checkPatch(patch);
    return this.deps.store.commit((tx) => updated(tx, id, checked, now));
  }

  /**
   * Changes many records in one commit: all or, when one value does not fit, none. Resolves with how many.
   * @param suits leaves out the records that it does not hold for by then, and those that were removed
   */
  async updateMany(
    patches: ReadonlyMap<string, RecordPatch>,
    suits?: (record: TimeRecord) => boolean,
  ): Promise<number> {
    const now = this.deps.clock.now();
    const checked = [...patches].map(([id, patch]) => [id, checkPatch(patch)] as const);
    return this.deps.store.commit((tx) => {
      const wanted = checked.filter(([id]) => suits === undefined || isThere(tx, id, suits));
      for (const [id, patch] of wanted) updated(tx, id, patch, now);
      return wanted.length;
    });
  }

  /**
   * Removes a record from the history. What becomes of its worklog is written down in the same commit and carried
   * out by the next sync: `delete` takes it out of Jira, `keep` leaves it there. Without a word a worklog that the
   * user has seen as synced is kept, and one that a lost reply may have left behind is cleared away.
   * Resolves with whether Jira has to be told.
   */
  async remove(id: string, worklog?: 'keep' | 'delete'): Promise<boolean> {
    const now = this.deps.clock.now();
    return this.deps.store.commit((tx) => removed(tx, requireRecord(tx, id), worklog, now));
  }

  /**
   * Removes many records like `remove`, in one commit: all or, when one is not there, none. `worklog` is for those
   * that have one. Resolves with the ids of the records that Jira has to be told of.
   */
  async removeMany(ids: readonly string[], worklog?: 'keep' | 'delete'): Promise<readonly string[]> {
    const now = this.deps.clock.now();
    return this.deps.store.commit((tx) =>
      [...new Set(ids)].filter((id) => {
        const record = requireRecord(tx, id);
        return removed(tx, record, record.worklog === null ? undefined : worklog, now);
      }),
    );
  }

  /** Takes a removal back while its worklog is still where it was. Rejects with `invalid` when it is too late. */
  async restore(id: string): Promise<TimeRecord> {
    const stamp = this.stamp();
    return this.deps.store.commit((tx) => restored(tx, id, stamp));
  }

  /** Takes many removals back, in one commit: all or, when one was not removed, none. */
  async restoreMany(ids: readonly string[]): Promise<void> {
    const stamp = this.stamp();
    await this.deps.store.commit((tx) => {
      for (const id of ids) restored(tx, id, stamp);
    });
  }

  private stamp(): PauseStamp {
    const { clock, newId, settings } = this.deps;
    return { id: sameIds(newId), now: clock.now(), limitMs: settings.idleMinutes() * 60_000 };
  }
}

/** Whether Jira has to be told. */
function removed(tx: Tx, record: TimeRecord, worklog: 'keep' | 'delete' | undefined, now: number): boolean {
  const choice = worklog ?? (record.worklog === null ? 'delete' : 'keep');
  const inJira = record.worklog !== null || record.attempt !== 'none';
  // Nobody reads `mirror` on a removed record but `restored`: its worklog had been deleted at the user's word before.
  const hadNone = record.intent === 'absent' && !inJira;
  const intent = hadNone ? 'mirror' : choice === 'delete' ? 'absent' : 'leave';
  tx.updateRecord({ ...record, intent, problem: null, deletedAt: now, updatedAt: now });
  return intent === 'absent' && inJira;
}

function restored(tx: Tx, id: string, stamp: PauseStamp): TimeRecord {
  const record = tx.record(id, true);
  if (record === undefined || record.deletedAt === null)
    throw invalid('id', 'There is no removed record with this id.');
  const intent = record.intent === 'mirror' ? 'absent' : 'mirror';
  const back: TimeRecord = { ...record, intent, deletedAt: null, updatedAt: stamp.now };
  tx.updateRecord(back);
  askAbout(tx, { recordId: id, from: record.deletedAt, to: stamp.now }, stamp);
  return back;
}

function isThere(db: Reader, id: string, suits: (record: TimeRecord) => boolean): boolean {
  const record = db.record(id);
  return record !== undefined && suits(record);
}

function updated(tx: Tx, id: string, patch: RecordPatch, now: number): TimeRecord {
  const record = requireRecord(tx, id);
  const changed = onItsSite(tx, record, apply(record, patch), patch);
  checkEditedTimes(record, changed, patch.timeOut === undefined ? 'timeIn' : 'timeOut', now);
  checkConnection(tx, changed.connectionId === record.connectionId ? null : changed.connectionId);
  const after = { ...changed, problem: null, updatedAt: now };
  tx.updateRecord(after);
  return after;
}

/** The record, or `invalid` naming `id`. */
export function requireRecord(db: Reader, id: string): TimeRecord {
  const record = db.record(id);
  if (record === undefined) throw invalid('id', 'There is no record with this id.');
  return record;
}

function checkConnection(tx: Tx, connectionId: string | null): void {
  if (connectionId !== null && tx.connection(connectionId) === undefined) {
    throw invalid('connectionId', 'There is no connection with this id.');
  }
}

function checkPatch(patch: RecordPatch): RecordPatch {
  return {
    ...patch,
    ...(patch.issueKey === undefined ? {} : { issueKey: checkIssueKey('issueKey', patch.issueKey) }),
    ...(patch.notes === undefined ? {} : { notes: checkNotes('notes', patch.notes) }),
    ...(patch.externalLink === undefined
      ? {}
      : { externalLink: checkExternalLink('externalLink', patch.externalLink) }),
  };
}

/** A record put on another issue is wanted in Jira again, even when its worklog had been deleted there by the user. */
function apply(record: TimeRecord, patch: RecordPatch): TimeRecord {
  const moved =
    (patch.issueKey !== undefined && patch.issueKey !== record.issueKey) ||
    (patch.connectionId !== undefined && patch.connectionId !== record.connectionId);
  const mayBeThere = record.worklog !== null || record.attempt !== 'none';
  const keepsSite = patch.issueKey === undefined || patch.issueKey === record.issueKey || mayBeThere;
  return {
    ...record,
    ...(keepsSite ? {} : { connectionId: null }),
    ...patch,
    intent: moved ? 'mirror' : record.intent,
  };
}

/** A record that a site may know goes to another one only when the new issue's project is known to be there alone. */
function onItsSite(db: Reader, record: TimeRecord, changed: TimeRecord, patch: RecordPatch): TimeRecord {
  const { issueKey, connectionId } = changed;
  if (patch.connectionId !== undefined || issueKey === null || issueKey === record.issueKey) return changed;
  const site = connectionId === null ? undefined : db.connection(connectionId);
  const project = projectOf(issueKey);
  if (site === undefined || site.projectKeys.length === 0 || site.projectKeys.includes(project)) return changed;
  const owner = db.connections().find((each) => each.isActive && each.projectKeys.includes(project));
  return owner === undefined ? changed : { ...changed, connectionId: owner.id };
}
