/**
 * Jira Cloud limits writes to one issue to 20 in 2 s and 100 in 30 s (Jira Cloud, "Rate limiting"); a little is added
 * because requests may reach Jira closer together than they left.
 */
const WINDOWS = [
  { ms: 2_100, writes: 20 },
  { ms: 30_500, writes: 100 },
] as const;

/**
 * How long to wait, in ms, before one more write to an issue stays within the limits.
 * @param earlier when earlier writes to it left, UTC ms, oldest first
 */
export function paceWait(earlier: readonly number[], now: number): number {
  const waits = WINDOWS.map(({ ms, writes }) => {
    const oldest = earlier.at(-writes);
    return oldest === undefined ? 0 : oldest + ms - now;
  });
  return Math.max(0, ...waits);
}

/** The writes that still count at `now`. */
export function stillCounting(earlier: readonly number[], now: number): readonly number[] {
  return earlier.filter((at) => now - at < 30_500);
}
