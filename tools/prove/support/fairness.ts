/** With fewer changes chance alone makes shares that large. */
export const JUDGED_FROM = 20;
const SHARE_AT_MOST = 2.5;

/** How many times as many changes the luckiest window had as the unluckiest; `undefined` without anybody to compare. */
export function shareOf(counts: readonly number[]): number | undefined {
  return counts.length < 2 ? undefined : Math.max(...counts) / Math.max(1, Math.min(...counts));
}

/** Whether windows that nothing happened to waited for each other fairly, in words. @param counts changes of each */
export function fairnessProblems(counts: readonly number[]): string[] {
  const share = shareOf(counts);
  const each = counts.reduce((total, count) => total + count, 0) / counts.length;
  if (share === undefined || each < JUDGED_FROM || share <= SHARE_AT_MOST) return [];
  return [`one window had ${share.toFixed(2)} times as many changes as another`];
}
