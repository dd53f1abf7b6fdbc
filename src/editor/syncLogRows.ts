import { l10n } from 'vscode';
import type { AttemptStatus, SyncAction, SyncAttempt } from '../core/records.ts';
import { attemptMs } from '../core/syncLogCsv.ts';
import { formatMoment } from './format.ts';
import { labelOf } from './statusBar/plainText.ts';

export interface SyncLogRow {
  readonly label: string;
  readonly description: string;
  /** The whole error, when there is one. */
  readonly detail?: string;
}

const ICONS: Readonly<Record<AttemptStatus, string>> = {
  success: '$(pass)',
  failed: '$(error)',
  unknown: '$(question)',
  pending: '$(sync)',
};

/** How an attempt looks in a list: outcome, time (in `zone`), issue, action, duration and HTTP status; below them the error. */
export function syncLogRow(attempt: SyncAttempt, zone: string): SyncLogRow {
  const { status, startedAt, issueKey, httpStatus, action } = attempt;
  const ms = attemptMs(attempt);
  const facts = [
    `${actionName(action)}, ${statusName(status)}`,
    ms === undefined ? '' : l10n.t('{0} ms', ms),
    httpStatus === null ? '' : l10n.t('HTTP {0}', httpStatus),
  ];
  return {
    label: `${ICONS[status]} ${formatMoment(startedAt, zone)}  ${labelOf(issueKey)}`,
    description: facts.filter((fact) => fact !== '').join(' · '),
    ...(attempt.error === null ? {} : { detail: wholeOf(attempt.error) }),
  };
}

export function statusName(status: AttemptStatus): string {
  const names: Record<AttemptStatus, string> = {
    success: l10n.t('synced'),
    failed: l10n.t('failed'),
    unknown: l10n.t('reply lost'),
    pending: l10n.t('under way'),
  };
  return names[status];
}

function actionName(action: SyncAction): string {
  const names: Record<SyncAction, string> = {
    create: l10n.t('Create'),
    update: l10n.t('Update'),
    delete: l10n.t('Delete'),
    adopt: l10n.t('Take over'),
  };
  return names[action];
}

/** A detail line, which makes icons of `$(name)` and ends at a line break. */
function wholeOf(error: string): string {
  return error.replace(/\s+/g, ' ').replaceAll('$(', '$ (').trim();
}
