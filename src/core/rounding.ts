import type { Rounding } from './ports.ts';

/** Half a millisecond: sums of fractions of a second may fall a hair short of a whole step. */
const HAIR = 0.0005;

function stepsOf(mode: 'nearest' | 'up' | 'down', steps: number, hair: number): number {
  if (mode === 'up') return Math.ceil(steps - hair);
  return mode === 'down' ? Math.floor(steps + hair) : Math.floor(steps + 0.5 + hair);
}

/**
 * The duration a worklog gets, in seconds: always a whole number of minutes, so that Jira (which floors to the minute)
 * has nothing left to round. `nearest` rounds half up; `off` floors to the minute. Anything that lasted at all then
 * becomes at least `minimumMinutes`. 0 means that there is nothing to send.
 */
export function roundedSeconds(rawSeconds: number, rounding: Rounding): number {
  return Number.isFinite(rawSeconds) && rawSeconds > 0 ? steppedSeconds(rawSeconds, rounding) : 0;
}

/** Like `roundedSeconds`, for time that may be negative because earlier worklogs of the day have taken it already. */
export function steppedSeconds(seconds: number, rounding: Rounding): number {
  const step = rounding.mode === 'off' ? 60 : rounding.stepMinutes * 60;
  const mode = rounding.mode === 'off' ? 'down' : rounding.mode;
  const stepped = Math.max(0, stepsOf(mode, seconds / step, HAIR / step)) * step;
  return Math.max(stepped, rounding.minimumMinutes * 60);
}
