import * as vscode from 'vscode';
import type { PastChange } from '../../app/undo.ts';
import type { AbsenceEntry } from '../../core/absence.ts';
import { invalid } from '../../core/errors.ts';
import type { ChangeKind } from '../../core/recordChanges.ts';
import { formatMoment, formatSpan } from '../format.ts';
import { decisionText } from '../presence/absencePrompt.ts';
import { choose } from '../quickInput.ts';
import type { EditorDeps } from '../services.ts';
import type { Command } from './boundary.ts';

const SHOWN = 50;

/** Lists the newest changes of records and takes the chosen one back; the newest is one Enter away. */
export function undoCommand(deps: EditorDeps): Command {
  return async () => {
    const services = await deps.services();
    const all = await services.undo.changes();
    const changes = all.filter(({ absence }, index) => index < SHOWN || absence !== undefined);
    if (changes.length === 0) throw invalid('undo', vscode.l10n.t('There is no change to undo.'));
    const zone = deps.clock.zone();
    const items = changes.map((change) => ({ ...itemOf(change, zone), choice: change }));
    const { group, absence } = await choose(items, {
      title: vscode.l10n.t('Undo a change'),
      placeholder: vscode.l10n.t('The record becomes what it was before; the next sync brings Jira along'),
    });
    if (absence !== undefined) await services.absences.takeBack(absence.id);
    else if (group !== null) await services.undo.undo(group);
  };
}

/** What a change was, in a line. @param zone IANA, of the user */
export function changeText(change: PastChange, zone: string): string {
  const { label, detail } = itemOf(change, zone);
  return detail === '' ? label : `${label}, ${detail}`;
}

function itemOf({ kind, at, rows, issueKey, absence }: PastChange, zone: string) {
  const [first] = rows;
  const contents = first === undefined ? undefined : (first.before ?? first.after);
  const span = contents === undefined ? '' : formatSpan(contents, vscode.l10n.t('running'));
  return {
    label: `${titleOf(kind, absence)}: ${issueKey ?? vscode.l10n.t('no issue')}`,
    description: formatMoment(at, zone),
    detail:
      absence !== undefined
        ? stretchOf(absence, zone)
        : rows.length > (isOfOne(kind) ? 2 : 1)
          ? vscode.l10n.t('{0} records', rows.length)
          : span,
  };
}

/** Whether the change was of one record, though another one went along. */
function isOfOne(kind: ChangeKind): boolean {
  return kind !== 'several' && kind !== 'remove' && kind !== 'restore';
}

function titleOf(kind: ChangeKind, absence: PastChange['absence']): string {
  const decision = absence?.decision ?? null;
  return decision === null ? kindText(kind) : decisionText(decision.kind);
}

function stretchOf({ from, to }: AbsenceEntry, zone: string): string {
  return formatSpan({ timeIn: from, timeOut: to, zone }, '');
}

function kindText(kind: ChangeKind): string {
  const texts: Readonly<Record<ChangeKind, string>> = {
    clockIn: vscode.l10n.t('Clocked in'),
    clockOut: vscode.l10n.t('Clocked out'),
    switch: vscode.l10n.t('Switched issue'),
    add: vscode.l10n.t('Added'),
    edit: vscode.l10n.t('Edited'),
    remove: vscode.l10n.t('Deleted'),
    restore: vscode.l10n.t('Restored'),
    split: vscode.l10n.t('Split'),
    merge: vscode.l10n.t('Merged'),
    several: vscode.l10n.t('Changed several records'),
  };
  return texts[kind];
}
