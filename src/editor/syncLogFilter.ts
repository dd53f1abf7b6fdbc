import * as v from 'valibot';
import type { AttemptFilter } from '../core/storePorts.ts';
import { checkIssueKey } from '../core/timeRules.ts';
import { checkRange, defined, instant, LogFilter } from './apiArguments.ts';
import { argument, Text } from './commands/arguments.ts';

const { limit: _, ...ENTRIES } = LogFilter.entries;
const FilterArgument = v.strictObject({ ...ENTRIES, issueKey: v.optional(Text) });

/**
 * Which attempts a caller of a sync log command means: `recordId`, `issueKey`, `status`, `from` and `to` (ISO 8601),
 * each of which may be left out. Throws `invalid` naming what is wrong.
 */
export function syncLogFilter(value: unknown): AttemptFilter {
  const given = argument('filter', FilterArgument, value) ?? {};
  const from = instant('from', given.from);
  const to = instant('to', given.to);
  checkRange(from, to);
  const issueKey = given.issueKey === undefined ? undefined : (checkIssueKey('issueKey', given.issueKey) ?? undefined);
  const { recordId, status } = given;
  return defined({ recordId, status, issueKey, from, to });
}
