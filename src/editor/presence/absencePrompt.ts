import * as vscode from 'vscode';
import type { AbsenceQuestion, Presence } from '../../app/presence.ts';
import type { AbsenceChoice } from '../../core/absence.ts';
import { formatClock, formatLength, formatMoment } from '../format.ts';
import { pickIssue } from '../issuePicker.ts';
import { choose } from '../quickInput.ts';
import type { EditorDeps, Services } from '../services.ts';

/** Asks what the time away was and carries the answer out. Closing the box leaves the question for later. */
export async function decideAbsence(deps: EditorDeps, services: Services): Promise<void> {
  const question = services.presence.pending;
  if (question === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no time away to decide on.'));
    return;
  }
  const kind = await askKind(question);
  const choice: AbsenceChoice = kind === 'move' ? { kind, issueKey: await askOtherIssue(deps, services) } : { kind };
  await services.presence.decide(choice);
}

/** Tells that somebody was away; the answer can also be given later from the status bar. */
export async function tellAbsence(presence: Pick<Presence, 'pending'>): Promise<void> {
  const question = presence.pending;
  if (question === undefined) return;
  const decide = vscode.l10n.t('Decide…');
  const answer = await vscode.window.showInformationMessage(absenceText(question), decide);
  if (answer === decide) await vscode.commands.executeCommand('timecard.decideAbsence');
}

export function absenceText({ from, to, record, crashed }: AbsenceQuestion): string {
  const issue = record.issueKey ?? vscode.l10n.t('a record without an issue');
  const length = formatLength((to - from) / 1000);
  const since = formatMoment(from, record.zone);
  return crashed
    ? vscode.l10n.t(
        'The editor was last seen alive at {0}, working on {1}. What were the {2} since?',
        since,
        issue,
        length,
      )
    : vscode.l10n.t('You were away for {0}, since {1}, while {2} was running.', length, since, issue);
}

function askKind(question: AbsenceQuestion): Promise<AbsenceChoice['kind']> {
  const { from, to, record } = question;
  const length = formatLength((to - from) / 1000);
  const [left, back] = [formatClock(from, record.zone), formatClock(to, record.zone)];
  const issue = record.issueKey ?? vscode.l10n.t('the record');
  return choose<AbsenceChoice['kind']>(
    [
      {
        label: vscode.l10n.t('Keep all of it'),
        description: vscode.l10n.t('it was work on {0}', issue),
        choice: 'keep',
      },
      {
        label: vscode.l10n.t('Discard {0} and go on', length),
        description: vscode.l10n.t('{0} to {1} is cut out', left, back),
        choice: 'discard',
      },
      {
        label: vscode.l10n.t('Clock out at {0}', left),
        description: vscode.l10n.t('nothing runs then'),
        choice: 'stop',
      },
      {
        label: vscode.l10n.t('Give {0} to another issue…', length),
        description: vscode.l10n.t('such as a meeting; {0} goes on after it', issue),
        choice: 'move',
      },
    ],
    { title: vscode.l10n.t('Time away'), placeholder: absenceText(question) },
  );
}

function askOtherIssue(deps: EditorDeps, services: Services): Promise<string | null> {
  const title = vscode.l10n.t('Which issue was it?');
  return pickIssue(services.issues, { title, branchKey: null, offersNone: true, value: '' }, deps.log);
}
