import type { NudgesTold } from './nudges.ts';
import type { NudgeTimes } from './nudgeTimes.ts';
import type { Targets } from './targets.ts';

/** The settings of targets and nudges; all off at first. */
export interface NudgeSettings {
  targets(): Targets;
  nudgeTimes(): NudgeTimes;
}

/** What all windows know about nudges; kept beside the database. */
export interface NudgeMark {
  readonly told: NudgesTold;
  /** Until when a window has something on the screen at the longest, UTC ms. */
  readonly shownUntil: number;
}

export interface NudgeFile {
  /** `undefined` when there is none, or it cannot be understood. */
  read(): Promise<NudgeMark | undefined>;
  /** A reader never sees a half of it. */
  write(mark: NudgeMark): Promise<void>;
}
