/** Jira Cloud's limit on writes to one issue: 20 in 2 s and 100 in 30 s. Source: Jira Cloud, "Rate limiting". */
const WINDOWS = [
  { ms: 2_000, writes: 20 },
  { ms: 30_000, writes: 100 },
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
  return earlier.filter((at) => now - at < 30_000);
}
