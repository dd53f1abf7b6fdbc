/** What the user can be told without having asked. The first that is due comes first. */
export const NUDGE_KINDS = ['clockOut', 'late', 'start', 'unsynced'] as const;
export type NudgeKind = (typeof NUDGE_KINDS)[number];

/** Times of day (`HH:MM`), by kind; empty for off. */
export type NudgeTimes = Readonly<Record<NudgeKind, string>>;

/** Whether anything is switched on. */
export function anyNudge(times: NudgeTimes): boolean {
  return NUDGE_KINDS.some((kind) => times[kind] !== '');
}
