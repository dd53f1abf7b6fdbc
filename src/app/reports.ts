import { connectionForKey } from '../core/connectionChoice.ts';
import { dayOf, dayRange, type Range, weekRange } from '../core/days.ts';
import type { NudgeSettings } from '../core/nudgePorts.ts';
import type { Clock, Settings } from '../core/ports.ts';
import type { Connection, Issue, TimeRecord } from '../core/records.ts';
import type { Reader, Store } from '../core/storePorts.ts';
import { type TargetTotals, targetTotals } from '../core/targets.ts';
import { type Resumable, resumable } from '../core/timer.ts';
import { lastWork } from './lastWork.ts';
import { overlappingRecords } from './overlaps.ts';

interface Deps {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'weekStart'> & Pick<NudgeSettings, 'targets'>;
}

/** Where the user stands now. Seconds may have fractions; a running record counts until now. */
export interface Summary {
  readonly running: TimeRecord | undefined;
  /** The running record's issue as last seen in Jira. */
  readonly runningIssue: Issue | undefined;
  /** Whether the running record overlaps another one. */
  readonly runningOverlaps: boolean;
  /** The work that a resume would go on with; `undefined` while a record runs. */
  readonly resumable: Resumable | undefined;
  /** Today and this week as the user's present zone has them. */
  readonly todaySeconds: number;
  readonly weekSeconds: number;
  /** What the user wants to reach today and this week; `null` when no targets are set. */
  readonly targets: TargetTotals | null;
  /** When today is over, UTC ms. */
  readonly todayEnds: number;
  /** Records that wait for Jira. */
  readonly waiting: number;
  /** How many of those failed or lost a reply, and how many are in conflict, which wait for the user instead. */
  readonly waitingOf: Readonly<Record<'failed' | 'unknown' | 'conflict', number>>;
}

/** What the status bar and the history show of now: what runs, and totals. */
export class Reports {
  constructor(private readonly deps: Deps) {}

  /** Rejects with a `storage*` reason. */
  summary(): Promise<Summary> {
    const now = this.deps.clock.now();
    const zone = this.deps.clock.zone();
    const today = dayRange(dayOf(now, zone), zone);
    const week = weekRange(now, zone, this.deps.settings.weekStart());
    const targets = targetTotals(this.deps.settings.targets(), now, zone);
    return this.deps.store.read((db) => {
      const running = db.running();
      const secondsIn = ({ from, to }: Range) => db.msWithin(from, to, now) / 1_000;
      return {
        running,
        runningIssue: running === undefined ? undefined : issueOf(db, running, db.connections()),
        runningOverlaps: running !== undefined && overlappingRecords(db, [running]).has(running.id),
        resumable: running === undefined ? resumable(lastWork(db)) : undefined,
        todaySeconds: secondsIn(today),
        weekSeconds: secondsIn(week),
        targets,
        todayEnds: today.to,
        waiting: db.countWaiting(),
        waitingOf: {
          failed: db.countRecords({ syncState: 'failed' }),
          unknown: db.countRecords({ syncState: 'unknown' }),
          conflict: db.countRecords({ syncState: 'conflict' }),
        },
      };
    });
  }
}

/** Two sites may use one key for different issues, so only the record's own site is asked. */
function issueOf(db: Reader, record: TimeRecord, connections: readonly Connection[]): Issue | undefined {
  if (record.issueKey === null) return undefined;
  return db.cachedIssue(record.issueKey, record.connectionId ?? connectionForKey(connections, record.issueKey)?.id);
}
