import { asTimecardError, invalid, TimecardError } from '../core/errors.ts';
import type { Worklog, WorklogOptions } from '../core/jiraPorts.ts';
import type { JiraClient, WriteResult } from './client.ts';
import { type Dialect, toWorklog, type WorklogInput } from './dialect.ts';
import { renamed } from './errors.ts';
import { checkedIssue } from './issues.ts';
import { errorKeys, isJiraError, jiraText, type Reply } from './reply.ts';
import { configurationSchema, issueSchema, permissionsSchema, worklogSchema } from './schemas.ts';

type Permission = 'WORK_ON_ISSUES' | 'EDIT_OWN_WORKLOGS' | 'DELETE_OWN_WORKLOGS';

const ADVICE = {
  forbidden: {
    WORK_ON_ISSUES: 'You may not log work on this issue. Ask a Jira administrator for the permission “Work on issues”.',
    EDIT_OWN_WORKLOGS:
      'You may not change this worklog. Ask a Jira administrator for the permission “Edit own worklogs”.',
    DELETE_OWN_WORKLOGS:
      'You may not delete this worklog. Ask a Jira administrator for the permission “Delete own worklogs”.',
  },
  notEditable: 'The issue cannot be changed in its present state. Reopen it in Jira, or log on another issue.',
  timeTrackingOff: 'Time tracking is switched off in this Jira. Ask a Jira administrator to switch it on.',
} as const;

/** Fields that Jira's errors name, with the setting that what it refuses came from. */
const SETTING_OF_FIELD: Readonly<Record<string, string>> = {
  commentLevel: 'timecard.jira.visibility',
  groupLevel: 'timecard.jira.visibility',
  roleLevel: 'timecard.jira.visibility',
  visibility: 'timecard.jira.visibility',
  adjustEstimate: 'timecard.jira.adjustEstimate',
  newEstimate: 'timecard.jira.estimate',
  reduceBy: 'timecard.jira.estimate',
  increaseBy: 'timecard.jira.estimate',
  adjustmentAmount: 'timecard.jira.estimate',
};

/** Worklogs of one site. Writes are sent once; what a refusal means is asked for where Jira's answer leaves it open. */
export class Worklogs {
  constructor(
    private readonly client: JiraClient,
    private readonly dialect: Dialect,
  ) {}

  async add(issueId: string, input: WorklogInput, signal?: AbortSignal): Promise<Worklog> {
    const path = worklogPath(issueId);
    const result = await this.send('POST', path, input, signal);
    if (result.failure === undefined) return this.written(result.reply, issueId);
    throw await this.explain(result.failure, result.reply, issueId, 'WORK_ON_ISSUES', signal);
  }

  /** Rejects with `conflict` (404) when the worklog is gone while its issue is there. */
  async update(issueId: string, worklogId: string, input: WorklogInput, signal?: AbortSignal): Promise<Worklog> {
    const path = worklogPath(issueId, worklogId);
    const { reply, failure } = await this.send('PUT', path, input, signal);
    if (failure === undefined) return this.written(reply, issueId);
    if (!isMissing(failure)) throw await this.explain(failure, reply, issueId, 'EDIT_OWN_WORKLOGS', signal);
    await this.confirmOnlyWorklogIsMissing(issueId, signal);
    throw renamed(failure, 'conflict', '', 'The worklog is no longer in Jira. Somebody deleted it there.');
  }

  async remove(
    issueId: string,
    worklogId: string,
    options: WorklogOptions,
    signal?: AbortSignal,
  ): Promise<'deleted' | 'gone'> {
    const call = { path: worklogPath(issueId, worklogId), query: this.dialect.writeQuery(options, 'DELETE'), signal };
    const { reply, failure } = await this.client.write('DELETE', call);
    if (failure === undefined && reply.status === 204) return 'deleted';
    if (failure === undefined) throw this.client.misunderstood(reply, true);
    if (!isMissing(failure)) throw await this.explain(failure, reply, issueId, 'DELETE_OWN_WORKLOGS', signal);
    await this.confirmOnlyWorklogIsMissing(issueId, signal);
    return 'gone';
  }

  async find(issueId: string, worklogId: string, signal?: AbortSignal): Promise<Worklog | undefined> {
    const call = { path: worklogPath(issueId, worklogId), query: this.dialect.worklogQuery, signal };
    try {
      return toWorklog(await this.client.get(call, worklogSchema), issueId, this.dialect);
    } catch (thrown) {
      const error = asTimecardError(thrown);
      if (!isMissing(error)) throw error;
    }
    await this.confirmOnlyWorklogIsMissing(issueId, signal);
    return undefined;
  }

  private async send(
    method: 'POST' | 'PUT',
    path: readonly string[],
    input: WorklogInput,
    signal?: AbortSignal,
  ): Promise<WriteResult> {
    return this.client.write(method, {
      path,
      query: { ...this.dialect.writeQuery(input.options, method), ...this.dialect.worklogQuery },
      body: this.dialect.worklogBody(input, method),
      signal,
    });
  }

  private written(reply: Reply, issueId: string): Worklog {
    return toWorklog(this.client.parse(reply, worklogSchema, true), issueId, this.dialect);
  }

  /**
   * Jira answers 404 for a worklog also when its issue is absent or hidden, when time tracking is off, and to visitors.
   * Rejects with the reason when it is one of those.
   */
  private async confirmOnlyWorklogIsMissing(issueId: string, signal?: AbortSignal): Promise<void> {
    const call = { path: ['issue', checkedIssue(issueId)], query: { fields: 'summary' }, signal };
    await this.client.get(call, issueSchema);
    if (await this.isTimeTrackingOff(signal)) throw timeTrackingOff();
  }

  /**
   * Cloud answers a missing permission (403 on Data Center), an issue that is not editable and time tracking that is
   * off all with 400 and a localised text; bad fields are named in `errors`. What it was is asked for; `failure` itself
   * stands when that gives no answer.
   */
  private async explain(
    failure: TimecardError,
    reply: Reply,
    issueId: string,
    permission: Permission,
    signal?: AbortSignal,
  ): Promise<TimecardError> {
    const setting = settingBehind(failure, reply);
    if (setting !== undefined) return renamed(failure, 'invalid', jiraText(reply), `Change the setting ${setting}.`);
    const isRefusal = failure.reason === 'invalid' && isJiraError(reply) && errorKeys(reply).length === 0;
    const said = jiraText(reply);
    const isForbidden = failure.reason === 'forbidden' && isJiraError(reply);
    if (isForbidden) return renamed(failure, 'forbidden', said, ADVICE.forbidden[permission]);
    if (!isRefusal && !isMissing(failure)) return failure;
    if (await this.isTimeTrackingOff(signal)) return renamed(failure, 'timeTrackingOff', said, ADVICE.timeTrackingOff);
    if (!isRefusal) return failure;
    const allowed = await this.isAllowed(permission, issueId, signal);
    if (allowed === undefined) return failure;
    return allowed
      ? renamed(failure, 'notEditable', said, ADVICE.notEditable)
      : renamed(failure, 'forbidden', said, ADVICE.forbidden[permission]);
  }

  /** `false` also when Jira does not tell. */
  private async isTimeTrackingOff(signal?: AbortSignal): Promise<boolean> {
    const ask = this.client.get({ path: ['configuration'], signal }, configurationSchema);
    const configuration = await ask.catch(() => undefined);
    return configuration?.timeTrackingEnabled === false;
  }

  private async isAllowed(permission: Permission, issueId: string, signal?: AbortSignal): Promise<boolean | undefined> {
    const issue = /^\d+$/.test(issueId) ? { issueId } : { issueKey: issueId };
    const call = { path: ['mypermissions'], query: { ...issue, permissions: permission }, signal };
    const reply = await this.client.get(call, permissionsSchema).catch(() => undefined);
    return reply?.permissions[permission]?.havePermission;
  }
}

function worklogPath(issueId: string, worklogId?: string): readonly string[] {
  const list = ['issue', checkedIssue(issueId), 'worklog'];
  if (worklogId === undefined) return list;
  if (!/^\d{1,19}$/.test(worklogId)) throw invalid('worklogId', 'This is not the id of a worklog.');
  return [...list, worklogId];
}

/** The setting whose value Jira refused, when that is what the reply says. */
function settingBehind(failure: TimecardError, reply: Reply): string | undefined {
  if (failure.reason !== 'invalid') return undefined;
  return errorKeys(reply)
    .map((key) => (Object.hasOwn(SETTING_OF_FIELD, key) ? SETTING_OF_FIELD[key] : undefined))
    .find((setting) => setting !== undefined);
}

function isMissing(failure: TimecardError): boolean {
  return failure.reason === 'issueNotFound';
}

function timeTrackingOff(): TimecardError {
  return new TimecardError('timeTrackingOff', ADVICE.timeTrackingOff, { outcome: 'refused', httpStatus: 404 });
}
