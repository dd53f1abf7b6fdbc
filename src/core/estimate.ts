import { TimecardError } from './errors.ts';
import type { EstimateChange } from './jiraPorts.ts';

/** Durations as Jira reads them; bounded, so that it cannot be slow. */
const DURATION = /^\d{1,5}(?:\.\d{1,2})?[wdhm](?: \d{1,5}(?:\.\d{1,2})?[wdhm]){0,3}$/;

/** `1d 4h 30m` from what somebody typed; `undefined` for what is no duration. */
function jiraDuration(text: string): string | undefined {
  const spaced = text
    .slice(0, 100)
    .trim()
    .toLowerCase()
    .replace(/\s+/g, '')
    .replace(/([wdhm])(?=\d)/g, '$1 ');
  return DURATION.test(spaced) ? spaced : undefined;
}

/** What is sent to Jira. Throws `invalid`, naming the setting, when a duration is needed and there is none. */
export function checkEstimate(change: EstimateChange): EstimateChange {
  if (!('value' in change)) return change;
  const value = jiraDuration(change.value);
  if (value !== undefined) return { kind: change.kind, value };
  throw new TimecardError(
    'invalid',
    `The setting timecard.jira.adjustEstimate is “${change.kind}”, which needs a duration. Set timecard.jira.estimate to one, such as 1d 4h 30m, or choose “auto” or “leave”.`,
    { outcome: 'notSent' },
  );
}
