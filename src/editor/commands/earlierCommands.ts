import * as vscode from 'vscode';
import { invalid } from '../../core/errors.ts';
import type { TimeRecord } from '../../core/records.ts';
import { checkTimerStart, endOfTimer, resumable } from '../../core/timer.ts';
import { pickIssue } from '../issuePicker.ts';
import { askNotes } from '../notesBox.ts';
import { overlapText } from '../overlapText.ts';
import type { EditorDeps, Services } from '../services.ts';
import type { Command } from './boundary.ts';
import { requireRunning, tellLate } from './timerCommands.ts';

type EarlierCommandId = 'clockInAt' | 'clockOutAt' | 'clockOutWithNotes' | 'pause' | 'resume';

/** Clocking in and out in other ways than here and now. */
export function earlierCommands(deps: EditorDeps): Readonly<Record<EarlierCommandId, Command>> {
  return {
    clockInAt: async () => {
      const services = await deps.services();
      const { branch, issueKey: branchKey } = await deps.freshBranch();
      const at = await askStart(deps, services);
      const title = vscode.l10n.t('Clock in at an earlier time');
      const issueKey = await pickIssue(services.issues, { title, branchKey, offersNone: true, value: '' }, deps.log);
      await services.timeClock.clockIn({ issueKey, branch, at });
    },
    clockOutAt: async () => {
      const services = await deps.services();
      const running = await requireRunning(services);
      await services.timeClock.clockOut({ at: await askEnd(deps, running), recordId: running.id });
    },
    clockOutWithNotes: async () => {
      const services = await deps.services();
      const running = await requireRunning(services);
      const title = vscode.l10n.t('Clock out of {0}', running.issueKey ?? vscode.l10n.t('the running record'));
      const notes = await askNotes(title, running.notes);
      tellLate(await services.timeClock.clockOutWith(running, notes), running);
    },
    pause: async () => {
      const services = await deps.services();
      const running = await requireRunning(services);
      await services.timeClock.clockOut({ recordId: running.id });
      const message = vscode.l10n.t('Paused: {0}', running.issueKey ?? vscode.l10n.t('no issue'));
      vscode.window.setStatusBarMessage(message, 5_000);
    },
    resume: async () => resume(deps, await deps.services()),
  };
}

async function resume(deps: EditorDeps, services: Services): Promise<void> {
  const last = await services.records.last();
  if (last === undefined) throw invalid('timer', vscode.l10n.t('There is no record to go on with. Clock in instead.'));
  const work = resumable(last);
  if (work === undefined) return;
  const { branch } = await deps.freshBranch();
  await services.timeClock.clockIn({ ...work, branch });
}

async function askStart(deps: EditorDeps, services: Services): Promise<number> {
  const { askTime } = await import('../recordForm.ts');
  const now = deps.clock.now();
  const running = await services.timeClock.current();
  const check = (ms: number) => {
    checkTimerStart(ms, now);
    if (running !== undefined) endOfTimer(running.timeIn, ms, now);
  };
  const overlap = async (timeIn: number) =>
    overlapText(await services.dayCheck.overlapsOf({ timeIn, timeOut: now }, running?.id));
  const title = vscode.l10n.t('Clock in at an earlier time');
  return askTime({ title, prompt: vscode.l10n.t('Start'), zone: deps.clock.zone(), now, check, overlap });
}

async function askEnd(deps: EditorDeps, { timeIn, zone }: TimeRecord): Promise<number> {
  const { askTime } = await import('../recordForm.ts');
  const now = deps.clock.now();
  const check = (ms: number) => {
    endOfTimer(timeIn, ms, now);
  };
  const title = vscode.l10n.t('Clock out at an earlier time');
  return askTime({ title, prompt: vscode.l10n.t('End'), zone, now, after: timeIn, check });
}
