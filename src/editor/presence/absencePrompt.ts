import * as vscode from 'vscode';
import type { AbsenceQuestion } from '../../app/absences.ts';
import type { Presence } from '../../app/presence.ts';
import { type AbsenceChoice, checkEnd } from '../../core/absence.ts';
import { formatClock, formatLength, formatMoment } from '../format.ts';
import { pickIssue } from '../issuePicker.ts';
import { choose } from '../quickInput.ts';
import type { EditorDeps, Services } from '../services.ts';

/** Asks what the time away was and carries the answer out. Closing the box leaves the question for later. */
export async function decideAbsence(
  deps: EditorDeps,
  services: Services,
  question: AbsenceQuestion | undefined = services.presence.pending,
): Promise<void> {
  if (question === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no time away to decide on.'));
    return;
  }
  const kind = await askKind(question);
  await services.presence.decide(question.id, await complete(kind, question, deps, services));
}

/** Tells that somebody was away; the answer can also be given later from the status bar. */
export async function tellAbsence(presence: Pick<Presence, 'pending'>): Promise<void> {
  const question = presence.pending;
  if (question === undefined) return;
  const decide = vscode.l10n.t('Decide…');
  const answer = await vscode.window.showInformationMessage(absenceText(question), decide);
  if (answer === decide) await vscode.commands.executeCommand('timecard.decideAbsence');
}

export function absenceText({ from, record, crashed, length }: AbsenceQuestion): string {
  const issue = record.issueKey ?? vscode.l10n.t('a record without an issue');
  const away = formatLength(length / 1000);
  const since = formatMoment(from, record.zone);
  return crashed
    ? vscode.l10n.t(
        'The editor was last seen alive at {0}, working on {1}. What were the {2} since?',
        since,
        issue,
        away,
      )
    : vscode.l10n.t('You were away for {0}, since {1}, while {2} was running.', away, since, issue);
}

/** What fits into a box; its title tells the day. */
function shortText({ from, record, crashed, length }: AbsenceQuestion): string {
  const issue = record.issueKey ?? vscode.l10n.t('a record without an issue');
  const since = formatClock(from, record.zone);
  const away = formatLength(length / 1000);
  return crashed
    ? vscode.l10n.t('Last seen alive at {0} on {1}. What were the {2} since?', since, issue, away)
    : vscode.l10n.t('Away since {0}, while {1} was running. What were the {2}?', since, issue, away);
}

type Kind = AbsenceChoice['kind'];

function askKind(question: AbsenceQuestion): Promise<Kind> {
  const { record } = question;
  const length = formatLength(question.length / 1000);
  const left = formatClock(question.from, record.zone);
  const back = formatClock(question.to, record.zone);
  const issue = record.issueKey ?? vscode.l10n.t('the record');
  const item = (choice: Kind, label: string, description: string) => ({ choice, label, description });
  return choose<Kind>(
    [
      item('keep', vscode.l10n.t('Keep all of it'), vscode.l10n.t('it was work on {0}', issue)),
      item('discard', discardLabel(question, length), vscode.l10n.t('{0} to {1} is cut out', left, back)),
      item('stop', stopLabel(question, left), stopDetail(question)),
      item('stopAt', vscode.l10n.t('Stop at a time…'), vscode.l10n.t('between {0} and {1}', left, back)),
      item(
        'move',
        vscode.l10n.t('Give {0} to another issue…', length),
        goesOn(question)
          ? vscode.l10n.t('such as a meeting; {0} goes on after it', issue)
          : vscode.l10n.t('such as a meeting'),
      ),
    ],
    {
      title: vscode.l10n.t('Time away since {0}', formatMoment(question.from, record.zone)),
      placeholder: shortText(question),
    },
  );
}

function goesOn({ record, after }: AbsenceQuestion): boolean {
  return record.timeOut === null || after > 0;
}

function discardLabel(question: AbsenceQuestion, length: string): string {
  return question.record.timeOut === null
    ? vscode.l10n.t('Discard {0} and go on', length)
    : vscode.l10n.t('Discard {0}', length);
}

function stopLabel({ record }: AbsenceQuestion, left: string): string {
  return record.timeOut === null ? vscode.l10n.t('Clock out at {0}', left) : vscode.l10n.t('Stop at {0}', left);
}

/** What was recorded after the absence goes too, which must not come as a surprise. */
function stopDetail({ record, after }: AbsenceQuestion): string {
  if (after >= 60_000) return vscode.l10n.t('the {0} recorded since are discarded too', formatLength(after / 1000));
  return record.timeOut === null ? vscode.l10n.t('nothing runs then') : vscode.l10n.t('the record ends there');
}

async function complete(
  kind: Kind,
  question: AbsenceQuestion,
  deps: EditorDeps,
  services: Services,
): Promise<AbsenceChoice> {
  switch (kind) {
    case 'move':
      return { kind, issueKey: await askOtherIssue(deps, services) };
    case 'stopAt':
      return { kind, at: await askEnd(deps, question) };
    default:
      return { kind };
  }
}

async function askEnd(deps: EditorDeps, question: AbsenceQuestion): Promise<number> {
  const { askTime } = await import('../recordForm.ts');
  const { zone, issueKey, timeIn } = question.record;
  const title = vscode.l10n.t('Stop {0} at a time', issueKey ?? vscode.l10n.t('the record'));
  const check = (at: number) => checkEnd(question, at);
  // A time without a date is looked for from the absence on; its very start is as good an end.
  const after = question.from - 1;
  return askTime({ title, prompt: vscode.l10n.t('End'), zone, now: deps.clock.now(), after, begin: timeIn, check });
}

function askOtherIssue(deps: EditorDeps, services: Services): Promise<string | null> {
  const title = vscode.l10n.t('Which issue was it?');
  return pickIssue(services.issues, { title, branchKey: null, offersNone: true, value: '' }, deps.log);
}

/** What a decision did, for the list of changes. */
export function decisionText(kind: Kind): string {
  const texts: Readonly<Record<Kind, string>> = {
    keep: vscode.l10n.t('Time away kept'),
    discard: vscode.l10n.t('Time away discarded'),
    stop: vscode.l10n.t('Stopped when you left'),
    stopAt: vscode.l10n.t('Stopped while you were away'),
    move: vscode.l10n.t('Time away given to another issue'),
  };
  return texts[kind];
}
