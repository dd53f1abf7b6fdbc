import { dayOf, dayRange } from '../../core/days.ts';
import { asTimecardError, type TimecardError } from '../../core/errors.ts';
import type { Worklog } from '../../core/jiraPorts.ts';
import type { Breathe, Clock, Settings } from '../../core/ports.ts';
import type { Connection, TimeRecord, WorklogContent } from '../../core/records.ts';
import type { Reader, Store } from '../../core/storePorts.ts';
import { isFirstPush, mayHaveDuplicates, type PreviewLine, previewLine } from '../../core/sync/preview.ts';
import { wantedAgain, wantsWorklog } from '../../core/syncState.ts';
import type { Connections } from '../connections.ts';
import { readEach } from '../readEach.ts';
import { Places } from './places.ts';
import { wishOf } from './wish.ts';

interface Deps {
  readonly store: Store;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly breathe: Breathe;
}

export interface Preview {
  /** Oldest first. */
  readonly lines: readonly PreviewLine[];
  /** Why Jira could not be asked for probable duplicates, when it could not. */
  readonly unchecked: TimecardError | undefined;
}

interface Due {
  readonly record: TimeRecord;
  readonly connection: Connection | undefined;
  readonly content: WorklogContent | undefined;
  readonly summary: string | null;
}

/** Issues of one site that are asked about at the same time. */
const ISSUES_AT_ONCE = 4;
const ATTEMPTS_OF_A_DAY = 100_000;

/** What a sync would send, looked at before it is sent. Changes nothing, here or in Jira. */
export class SyncPreview {
  /** What was left out of a reviewed sync, with the state of the record that was looked at. */
  private readonly leftOut = new Map<string, number>();

  constructor(private readonly deps: Deps) {}

  /** Whether the setting asks for a look at the next push: it is on, and nothing has been pushed since local midnight. */
  async isWanted(): Promise<boolean> {
    const { settings, clock, store } = this.deps;
    if (!settings.syncPreview()) return false;
    const zone = clock.zone();
    const { from } = dayRange(dayOf(clock.now(), zone), zone);
    return store.read((db) => isFirstPush(db.attempts({ from, limit: ATTEMPTS_OF_A_DAY })));
  }

  /**
   * What these records, or all that is due, would do in Jira. Resolves also when Jira cannot be asked; rejects with
   * `cancelled` and with `storage*` reasons.
   * @param again the user named these records, as in `PushOptions`
   */
  async of(ids?: readonly string[], signal?: AbortSignal, again = false): Promise<Preview> {
    const asked = ids ?? (await this.deps.store.read((db) => db.dueRecordIds()));
    const records = await this.each(asked, (db, found) => {
      const record = again ? wantedAgain(found) : found;
      return hasWork(db, record) ? record : undefined;
    });
    const places = new Places(this.deps);
    // One after another, as they would be sent: what is rounded off one may be carried to the next.
    const underWay = new Map<string, number>();
    const due: Due[] = [];
    for (const record of records) due.push(await this.due(record, places, underWay));
    const { unowned, unchecked } = await this.lookForDuplicates(due, places, signal);
    const fallbackZone = this.deps.clock.zone();
    const lines = due.map(({ record, connection, content, summary }) =>
      previewLine({
        ...{ record, content, summary, fallbackZone },
        profileZone: connection?.profileZone ?? null,
        unowned: unowned.get(placeOf(record, connection)) ?? [],
      }),
    );
    return { lines: lines.sort((a, b) => a.timeIn - b.timeIn), unchecked };
  }

  /** Remembers, for this window, what the user left out, so that it does not go by itself behind their back. */
  async noteLeftOut(ids: readonly string[]): Promise<void> {
    const records = await this.each(ids, (_db, record) => record);
    for (const { id, updatedAt } of records) this.leftOut.set(id, updatedAt);
  }

  /** Whether the user left this record out of a reviewed sync and has not changed it since. */
  isLeftOut({ id, updatedAt }: TimeRecord): boolean {
    return this.leftOut.get(id) === updatedAt;
  }

  /** What becomes of each record that is there. */
  private async each(
    ids: readonly string[],
    take: (db: Reader, record: TimeRecord) => TimeRecord | undefined,
  ): Promise<readonly TimeRecord[]> {
    const records = await readEach(this.deps, [...new Set(ids)], (db, id) => {
      const record = db.record(id, true);
      return record === undefined ? undefined : take(db, record);
    });
    return records.filter((record) => record !== undefined);
  }

  private async due(record: TimeRecord, places: Places, underWay: Map<string, number>): Promise<Due> {
    const connection = await places.connectionOf(record).catch(() => undefined);
    const issueKey = record.issueKey ?? record.worklog?.issueKey;
    const issue = await this.deps.store.read((db) =>
      issueKey === undefined ? undefined : db.cachedIssue(issueKey, connection?.id),
    );
    return { record, connection, content: await this.contentOf(record, underWay), summary: issue?.summary || null };
  }

  private async contentOf(record: TimeRecord, underWay: Map<string, number>): Promise<WorklogContent | undefined> {
    try {
      return (await wishOf(record, { ...this.deps, underWay })).content;
    } catch (thrown) {
      const error = asTimecardError(thrown);
      if (error.reason === 'invalid') return undefined;
      throw error;
    }
  }

  /** One request per issue; after the first that fails nobody is kept waiting for more. */
  private async lookForDuplicates(due: readonly Due[], places: Places, signal: AbortSignal | undefined) {
    const unowned = new Map<string, readonly Worklog[]>();
    let unchecked: TimecardError | undefined;
    const next = issuesToAsk(due)[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (let turn = next.next(); turn.done !== true && unchecked === undefined; turn = next.next()) {
        const [place, issue] = turn.value;
        try {
          unowned.set(place, await this.unownedOn(issue, places, signal));
        } catch (thrown) {
          const error = asTimecardError(thrown);
          if (error.reason === 'cancelled') throw error;
          // An issue that is not there fails in the sync itself, which says so.
          if (error.reason !== 'issueNotFound') unchecked = error;
        }
      }
    };
    await Promise.all(Array.from({ length: ISSUES_AT_ONCE }, worker));
    return { unowned, unchecked };
  }

  private async unownedOn(
    { connectionId, issueKey, from, to }: AskedIssue,
    places: Places,
    signal: AbortSignal | undefined,
  ): Promise<readonly Worklog[]> {
    const session = await places.session(connectionId);
    const worklogs = await session.ownWorklogs(issueKey, { from, to }, signal);
    return this.deps.store.read((db) =>
      worklogs.filter(
        ({ id, recordId }) =>
          db.worklogOwner(connectionId, id) === undefined &&
          (recordId === null || db.record(recordId, true) === undefined),
      ),
    );
  }
}

interface AskedIssue {
  readonly connectionId: string;
  readonly issueKey: string;
  readonly from: number;
  readonly to: number;
}

/** A record that was asked for by name may have nothing to send; the sync says why. */
function hasWork(db: Reader, record: TimeRecord): boolean {
  if (wantsWorklog(record) || record.worklog !== null || record.attempt !== 'none') return true;
  return db.orphans(record.id).length > 0;
}

/** The issues of records that may be there twice, each with the stretch of time that matters. */
function issuesToAsk(due: readonly Due[]): ReadonlyMap<string, AskedIssue> {
  const asked = new Map<string, AskedIssue>();
  for (const { record, connection } of due) {
    const { issueKey, timeIn, timeOut } = record;
    if (!mayHaveDuplicates(record) || connection === undefined || issueKey === null || timeOut === null) continue;
    const place = placeOf(record, connection);
    const { from, to } = asked.get(place) ?? { from: timeIn, to: timeOut };
    asked.set(place, {
      connectionId: connection.id,
      issueKey,
      from: Math.min(from, timeIn),
      to: Math.max(to, timeOut),
    });
  }
  return asked;
}

function placeOf({ issueKey }: TimeRecord, connection: Connection | undefined): string {
  return `${connection?.id ?? ''}/${issueKey ?? ''}`;
}
