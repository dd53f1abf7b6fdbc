import { checkEstimate } from '../../core/estimate.ts';
import { projectOf } from '../../core/issueKey.ts';
import type { WorklogOptions } from '../../core/jiraPorts.ts';
import type { Settings } from '../../core/ports.ts';
import type { SyncAction } from '../../core/records.ts';

/** How Jira is to take a write on an issue (upper-case key), by the settings. Throws `invalid` for what cannot be sent. */
export function optionsFor(issueKey: string, action: SyncAction, settings: Settings): WorklogOptions {
  // A deletion shows nothing to anybody, so a setting that cannot be read does not hold it up.
  const visibility = action === 'delete' ? undefined : settings.visibility(projectOf(issueKey));
  return {
    notifyUsers: settings.notifyUsers(),
    adjustEstimate: checkEstimate(settings.adjustEstimate()),
    ...(visibility === undefined ? {} : { visibility }),
  };
}
