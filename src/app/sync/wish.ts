import { invalid } from '../../core/errors.ts';
import type { Settings, Store } from '../../core/ports.ts';
import type { TimeRecord } from '../../core/records.ts';
import { basisOf } from '../../core/syncState.ts';
import { worklogContent } from '../../core/worklogContent.ts';
import type { WorklogWish } from './worklogWriter.ts';

export interface WishDeps {
  readonly store: Pick<Store, 'read'>;
  readonly settings: Settings;
}

/**
 * What a record's worklog is to say, the same for the preview and for what is sent. Rejects with `invalid` when the
 * record runs or comes to less than the minute that Jira asks for.
 */
export async function wishOf(record: TimeRecord, { settings }: WishDeps): Promise<WorklogWish> {
  const basis = basisOf(record);
  const content = worklogContent(record, settings.rounding(), settings.commentTemplate());
  if (basis !== undefined && content !== undefined) return { basis, content };
  throw invalid(
    'timeOut',
    'Jira takes no worklogs under a minute. Set a minimum in the rounding settings or edit the record.',
  );
}
