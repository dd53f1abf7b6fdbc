import type { EstimateChange, WorklogVisibility } from './jiraPorts.ts';
import type { CommitNote } from './records.ts';
import type { HourCycle } from './timeOfDay.ts';

/** Something acquired that must be given back. */
export interface Disposable {
  dispose(): void;
}

/** Wall clock, in UTC milliseconds, and the zone the user is in now. */
export interface Clock {
  now(): number;
  /** IANA zone, for example `Europe/Berlin`. */
  zone(): string;
}

/** New unique ids (UUID v4) for records and connections. */
export type NewId = () => string;

/** Resolves after `ms` milliseconds; rejects with reason `cancelled` when the signal fires. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Lets everything else that waits have its turn first; never rejects. */
export type Breathe = () => Promise<void>;

/** Runs something once, later. */
export interface Timers {
  /** @param ms from now; disposing takes it back. */
  after(ms: number, run: () => void): Disposable;
}

/** A number in [0, 1); injected so that jitter can be tested. */
export type Random = () => number;

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, error?: unknown): void;
}

/** Tokens, by connection id. */
export interface Secrets {
  get(connectionId: string): Promise<string | undefined>;
  set(connectionId: string, token: string): Promise<void>;
  remove(connectionId: string): Promise<void>;
  /** Resolves when every window reads what was set before. */
  shared(): Promise<void>;
}

/** How seconds become a worklog's duration. */
export interface Rounding {
  readonly mode: 'off' | 'nearest' | 'up' | 'down';
  /** 1 to 60. */
  readonly stepMinutes: number;
  /** 0 to 60; a finished record is sent as at least this long. 0: records under a minute are not sent. */
  readonly minimumMinutes: number;
}

/** The user's settings, already validated; read anew on every use so that a change counts at once. */
export interface Settings {
  splitAtMidnight(): boolean;
  /** ISO weekday (1 Monday … 7 Sunday) a week begins on. */
  weekStart(): number;
  /** That of the language the editor is in. */
  hourCycle(): HourCycle;
  rounding(): Rounding;
  /** Lets a day's worklogs sum up to its real time, within one step of the rounding. */
  roundingCarry(): boolean;
  /** May hold `${notes}`, `${issue}`, `${branch}` and `${commits}`; used when a record has no notes or it holds `${notes}`. */
  commentTemplate(): string;
  notifyUsers(): boolean;
  /** Throws `invalid` (`notSent`) when the setting cannot be read. */
  adjustEstimate(): EstimateChange;
  /**
   * Who may see the worklogs of a project (upper-case key). Throws `invalid` (`notSent`) when the setting does not tell
   * for this project.
   */
  visibility(project: string): WorklogVisibility | undefined;
  /** The user's own JQL for "assigned to me"; empty for the usual one. */
  assignedJql(): string;
  /** Show what would be sent before the first push of a day. */
  syncPreview(): boolean;
  /** When finished records go to Jira without being told to. */
  syncMode(): 'manual' | 'onClockOut' | 'interval' | 'endOfDay';
  /** 1 to 1,440; for the mode `interval`. */
  syncIntervalMinutes(): number;
  /** `HH:MM`; for the mode `endOfDay`. */
  syncTime(): string;
  /** After how many minutes without a sign of life it is asked what they were; 0 to 1,440, 0 never asks. */
  idleMinutes(): number;
  /** What to do with the worklog of a removed record. */
  onRemove(): 'ask' | 'keep' | 'delete';
}

/** When somebody was last seen at the machine; kept beside the database, for all windows. */
export interface PresenceMark {
  /** UTC ms */
  readonly lastSeen: number;
  /** False after a window was closed properly and none has shown a sign of life since. */
  readonly open: boolean;
  /** Undecided absences (UTC ms), which earlier versions kept here. */
  readonly questions?: readonly { readonly recordId: string; readonly from: number; readonly to: number }[];
}

export interface PresenceFile {
  /** `undefined` when there is none, or it cannot be understood. */
  read(): Promise<PresenceMark | undefined>;
  write(mark: PresenceMark): Promise<void>;
}

/** What the branch of the workspace says. */
export interface BranchInfo {
  /** Full branch name; `null` when HEAD is detached and no rebase says otherwise, or there is no repository. */
  readonly branch: string | null;
  readonly issueKey: string | null;
  /** Why this key, or why none; shown to the user on request. */
  readonly why: string;
}

/** Where the timer gets its issue from; `current` answers from memory. */
export interface BranchSource {
  current(): BranchInfo;
  onDidChange(listener: () => void): Disposable;
}

/** The commits of the workspace's repository, read locally. */
export interface CommitSource {
  /**
   * Commits the user made on a branch within [from, to), UTC ms, oldest first. Resolves within about a second and with
   * none when they cannot be read by then; never rejects.
   */
  between(branch: string, from: number, to: number): Promise<readonly CommitNote[]>;
}
