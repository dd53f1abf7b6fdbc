import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What is behind the number of records that wait, as far as it needs a word of its own. */
export const WaitingOf = v.object({
  /** Jira refused them. */
  failed: count,
  /** A reply was lost, and the next sync looks. */
  unknown: count,
  /** Both sides were changed. These wait for the user, and are not among those that wait for Jira. */
  conflict: count,
});
export type WaitingOf = v.InferOutput<typeof WaitingOf>;

/** The texts of `waitingText` in English. */
export const WAITING_TEXTS = {
  waitingOne: '1 record waits for Jira',
  waitingMany: '{0} records wait for Jira',
  allSynced: 'Nothing waits for Jira',
  waitingFailed: '{0} failed',
  waitingUnknown: '{0} to check',
  waitingConflict: '{0} changed in Jira',
} as const;

type Translate = (key: keyof typeof WAITING_TEXTS, ...values: number[]) => string;

/** How many records wait, and why, such as `3 records wait for Jira (2 failed) · 1 changed in Jira`. */
export function waitingText(waiting: number, of: WaitingOf | undefined, t: Translate): string {
  const { failed = 0, unknown = 0, conflict = 0 } = of ?? {};
  const conflicts = conflict === 0 ? '' : t('waitingConflict', conflict);
  if (waiting === 0) return conflicts === '' ? t('allSynced') : conflicts;
  const count = waiting === 1 ? t('waitingOne') : t('waitingMany', waiting);
  const why = [failed === 0 ? '' : t('waitingFailed', failed), unknown === 0 ? '' : t('waitingUnknown', unknown)];
  const reasons = why.filter((text) => text !== '').join(', ');
  const line = reasons === '' ? count : `${count} (${reasons})`;
  return conflicts === '' ? line : `${line} · ${conflicts}`;
}
