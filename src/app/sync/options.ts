import { checkEstimate } from '../../core/estimate.ts';
import { projectOf } from '../../core/issueKey.ts';
import type { WorklogOptions } from '../../core/jiraPorts.ts';
import type { Settings } from '../../core/ports.ts';

/** How Jira is to take a write on an issue (upper-case key), by the settings. Throws `invalid` for what cannot be sent. */
export function optionsFor(issueKey: string, settings: Settings): WorklogOptions {
  const visibility = settings.visibility(projectOf(issueKey));
  return {
    notifyUsers: settings.notifyUsers(),
    adjustEstimate: checkEstimate(settings.adjustEstimate()),
    ...(visibility === undefined ? {} : { visibility }),
  };
}
