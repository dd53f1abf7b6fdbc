import * as vscode from 'vscode';
import type { AbsenceQuestion } from '../../app/absences.ts';
import type { LateNotes } from '../../app/meantRecord.ts';
import type { ClockInOptions } from '../../app/timeClock.ts';
import { invalid } from '../../core/errors.ts';
import type { TimeRecord } from '../../core/records.ts';
import { formatClock, formatLength } from '../format.ts';
import { pickIssue } from '../issuePicker.ts';
import { askNotes } from '../notesBox.ts';
import { decideAbsence } from '../presence/absencePrompt.ts';
import { choose } from '../quickInput.ts';
import type { EditorDeps, Services } from '../services.ts';
import { settleSiteAfterwards } from '../siteChoice.ts';
import { argument, ClockInArgument, Text } from './arguments.ts';
import type { Command } from './boundary.ts';

type TimerCommandId = 'toggle' | 'clockIn' | 'clockInOn' | 'clockOut' | 'switchIssue' | 'editNotes';

type StartOptions = Pick<ClockInOptions, 'notes' | 'recordId'>;

const MESSAGE_MS = 5_000;

/** The commands that work on the running record. */
export function timerCommands(deps: EditorDeps): Readonly<Record<TimerCommandId, Command>> {
  /** The picker's answer: with no key in the branch, starting without an issue is one Enter away. */
  async function askIssue(services: Services, title: string, value = ''): Promise<string | null> {
    const branchKey = deps.branch.current().issueKey;
    return pickIssue(services.issues, { title, branchKey, offersNone: true, value }, deps.log);
  }

  async function start(services: Services, issueKey: string | null, options: StartOptions = {}): Promise<void> {
    await services.timeClock.clockIn({ issueKey, branch: deps.branch.current().branch, ...options });
    rememberIssue(deps, services, issueKey);
  }

  async function stop(services: Services, meant: TimeRecord): Promise<void> {
    // An end that takes undecided time along would count it silently.
    await services.presence.here();
    const undecided = () => undecidedTime(services, meant);
    for (let asked = await undecided(); asked !== undefined; asked = await undecided())
      await decideAbsence(deps, services, asked);
    const running = await services.timeClock.current();
    if (running === undefined) return say(vscode.l10n.t('Clocked out.'));
    if (!goesOn(running, meant)) return tell(wentOn(running));
    say(clockedOut(await services.timeClock.clockOut({ recordId: running.id, withoutMoment: true })));
  }

  return {
    toggle: async () => {
      const services = await deps.services();
      const running = await services.timeClock.current();
      if (running !== undefined) return stop(services, running);
      const { branch, issueKey } = await deps.freshBranch();
      if (issueKey === null) return start(services, await askIssue(services, vscode.l10n.t('Clock in')));
      // Decided inside the commit, so that clicks in two windows cannot start two records.
      const started = await services.timeClock.toggle({ issueKey, branch });
      if (started === undefined) say(vscode.l10n.t('Clocked out.'));
      else rememberIssue(deps, services, issueKey);
    },
    clockIn: async (options) => {
      const given = argument('options', ClockInArgument, options);
      const services = await deps.services();
      const branch = await deps.freshBranch();
      const known = given?.issueKey === undefined ? (branch.issueKey ?? undefined) : given.issueKey;
      const issueKey = known === undefined ? await askIssue(services, vscode.l10n.t('Clock in')) : known;
      await start(services, issueKey, given?.notes === undefined ? {} : { notes: given.notes });
    },
    clockInOn: async (query) => {
      const value = argument('query', Text, query);
      const services = await deps.services();
      await start(services, await askIssue(services, vscode.l10n.t('Clock in on'), value));
    },
    clockOut: async () => {
      const services = await deps.services();
      await stop(services, await requireRunning(services));
    },
    switchIssue: async () => {
      const services = await deps.services();
      const running = await requireRunning(services);
      const issueKey = await askIssue(services, vscode.l10n.t('Switch issue'));
      if (issueKey === running.issueKey) return;
      if (!(await fromStart(running))) return start(services, issueKey, { recordId: running.id });
      await services.timeClock.amendRunning({ issueKey, recordId: running.id });
      rememberIssue(deps, services, issueKey);
    },
    editNotes: async () => {
      const services = await deps.services();
      const running = await requireRunning(services);
      const title = vscode.l10n.t('Notes for {0}', running.issueKey ?? vscode.l10n.t('the running record'));
      const notes = await askNotes(title, running.notes);
      if (notes !== running.notes) tellLate(await services.timeClock.note(running, notes), running);
    },
  };
}

async function undecidedTime(services: Services, meant: TimeRecord): Promise<AbsenceQuestion | undefined> {
  const running = await services.timeClock.current();
  return running !== undefined && goesOn(running, meant) ? services.presence.pendingOf(running.id) : undefined;
}

/** Whether this is the record that is meant, or what goes on after time away was cut out of it. */
function goesOn(running: TimeRecord, meant: TimeRecord): boolean {
  return running.id === meant.id || (running.source === 'split' && running.issueKey === meant.issueKey);
}

/** Tells where notes went that were typed while the timer went on to something else. */
export function tellLate(late: LateNotes | undefined, asked: TimeRecord): void {
  if (late === undefined) return;
  const { running, areKept } = late;
  const second = areKept
    ? vscode.l10n.t('The notes are on {0}.', nameOf(asked))
    : vscode.l10n.t('Nothing was changed.');
  tell(`${running === undefined ? vscode.l10n.t('The timer was stopped meanwhile.') : wentOn(running)} ${second}`);
}

function wentOn(running: TimeRecord): string {
  return vscode.l10n.t('The timer went on to {0}.', nameOf(running));
}

function nameOf({ issueKey }: TimeRecord): string {
  return issueKey ?? vscode.l10n.t('a record without an issue');
}

/** Rejects with `invalid` when nothing runs. */
export async function requireRunning(services: Services): Promise<TimeRecord> {
  const running = await services.timeClock.current();
  if (running === undefined) throw invalid('timer', vscode.l10n.t('Nothing is running. Clock in first.'));
  return running;
}

/** Whether the new issue counts from the running record's start; likelier when that had none. */
async function fromStart(running: TimeRecord): Promise<boolean> {
  const now = {
    label: vscode.l10n.t('From now on'),
    description: vscode.l10n.t('clocks out and in again'),
    choice: false,
  };
  const since = formatClock(running.timeIn, running.zone);
  const start = {
    label: vscode.l10n.t('From the start, {0}', since),
    description: vscode.l10n.t('changes the running record'),
    choice: true,
  };
  return choose(running.issueKey === null ? [start, now] : [now, start], {
    title: vscode.l10n.t('Switch issue'),
    placeholder: vscode.l10n.t('From when does the new issue count?'),
  });
}

function clockedOut(records: readonly TimeRecord[]): string {
  const [first] = records;
  if (first === undefined) return vscode.l10n.t('Clocked out.');
  const seconds = records.reduce((sum, { timeIn, timeOut }) => sum + ((timeOut ?? timeIn) - timeIn) / 1000, 0);
  const what = `${first.issueKey ?? vscode.l10n.t('no issue')}, ${formatLength(seconds)}`;
  return records.length === 1
    ? vscode.l10n.t('Clocked out: {0}', what)
    : vscode.l10n.t('Clocked out: {0}, split at midnight into {1} records', what, records.length);
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}

function say(message: string): void {
  vscode.window.setStatusBarMessage(message, MESSAGE_MS);
}

/** Settles in the background which site the issue is at, and fetches its summary, so that the history can show it. */
function rememberIssue(deps: EditorDeps, services: Services, issueKey: string | null): void {
  if (issueKey === null) return;
  services.connections
    .list()
    .then(async (connections) => {
      if (!connections.some(({ isActive }) => isActive)) return;
      await settleSiteAfterwards(services.connections, issueKey, deps.log);
      await services.issues.refresh([{ key: issueKey, connectionId: null }]);
    })
    .catch((error: unknown) => deps.log.info(`${issueKey} could not be looked up: ${String(error)}`));
}
