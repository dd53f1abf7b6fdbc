import * as vscode from 'vscode';
import { type DayFindings, type Gap, type Overlap, type OverlapRepair, repairsOf } from '../../core/dayCheck.ts';
import { startOfLastDays } from '../../core/days.ts';
import type { TimeRecord } from '../../core/records.ts';
import { isCancellation } from '../errorText.ts';
import { formatClock, formatDay, formatLength, formatMoment } from '../format.ts';
import { pickIssue } from '../issuePicker.ts';
import { askNotes } from '../notesBox.ts';
import { recordText } from '../overlapText.ts';
import { type Choice, cancelled, choose } from '../quickInput.ts';
import type { EditorDeps, Services } from '../services.ts';
import { settleSiteAfterwards } from '../siteChoice.ts';
import type { Command } from './boundary.ts';

/** How many days back the command looks, today included. */
const DAYS = 14;

interface Deps extends Pick<EditorDeps, 'clock' | 'branch' | 'log'> {
  readonly services: () => Promise<UsedServices>;
}
type UsedServices = Pick<Services, 'dayCheck' | 'records' | 'issues' | 'connections'>;
type Act = () => Promise<unknown>;
type FindingItem = vscode.QuickPickItem & { readonly act?: Act };

/** Lists what the last days count twice or not at all, and puts one after the other right until the list is closed. */
export function dayCheckCommand(deps: Deps): Command {
  return async () => {
    const services = await deps.services();
    for (let repaired = false; ; repaired = true) {
      const now = deps.clock.now();
      const from = startOfLastDays(DAYS, now, deps.clock.zone());
      const days = await services.dayCheck.findings({ from, to: now });
      if (days.length === 0) return sayNothingFound(repaired);
      await chooseFinding(days, { deps, services, now });
    }
  };
}

interface Context {
  readonly deps: Deps;
  readonly services: UsedServices;
  /** UTC ms */
  readonly now: number;
}

function sayNothingFound(repaired: boolean): void {
  void vscode.window.showInformationMessage(
    repaired
      ? vscode.l10n.t('No overlaps or gaps are left in the last {0} days.', DAYS)
      : vscode.l10n.t('The last {0} days have no overlapping records, and no gap of 5 minutes or more.', DAYS),
  );
}

async function chooseFinding(days: readonly DayFindings[], context: Context): Promise<void> {
  const chosen = await vscode.window.showQuickPick(
    days.flatMap((day) => dayItems(day, context)),
    {
      title: vscode.l10n.t('Check days for gaps and overlaps'),
      placeHolder: vscode.l10n.t('Choose what to look into; nothing is changed yet'),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  if (chosen?.act === undefined) throw cancelled();
  await orBack(chosen.act);
}

/** Closing one finding's list leads back to all of them. */
async function orBack(act: Act): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

function dayItems({ day, overlaps, gaps }: DayFindings, context: Context): readonly FindingItem[] {
  return [
    { label: formatDay(day), kind: vscode.QuickPickItemKind.Separator },
    ...overlaps.map((overlap) => overlapItem(overlap, context)),
    ...gaps.map((gap) => gapItem(gap, context)),
  ];
}

function overlapItem(overlap: Overlap, context: Context): FindingItem {
  const { earlier, later } = overlap;
  return {
    label: `$(warning) ${vscode.l10n.t('Counted twice: {0}', lengthText(overlap))}`,
    description: stretchText(overlap, later.zone),
    detail: vscode.l10n.t('{0} and {1}', recordText(earlier), recordText(later)),
    act: () => repairOverlap(overlap, context),
  };
}

function gapItem(gap: Gap, context: Context): FindingItem {
  return {
    label: `$(dash) ${vscode.l10n.t('Not recorded: {0}', lengthText(gap))}`,
    description: stretchText(gap, gap.zone),
    detail: vscode.l10n.t('Between {0} and {1}', recordText(gap.before), recordText(gap.after)),
    act: () => fillGap(gap, context),
  };
}

async function fillGap(gap: Gap, context: Context): Promise<void> {
  const { before, after } = gap;
  const { dayCheck } = context.services;
  const item = (icon: string, label: string, record: TimeRecord, act: Act) => ({
    label: `$(${icon}) ${label}`,
    description: recordText(record),
    choice: act,
  });
  const act = await choose<Act>(
    [
      {
        label: `$(add) ${vscode.l10n.t('Add a record for this time')}`,
        description: stretchText(gap, gap.zone),
        choice: () => addInto(gap, context),
      },
      item(
        'arrow-down',
        vscode.l10n.t('Let the record before it go on until {0}', formatClock(gap.to, gap.zone)),
        before,
        () => dayCheck.fill(gap, 'before'),
      ),
      item(
        'arrow-up',
        vscode.l10n.t('Let the record after it begin at {0}', formatClock(gap.from, gap.zone)),
        after,
        () => dayCheck.fill(gap, 'after'),
      ),
      leaveItem(vscode.l10n.t('It was a break')),
    ],
    {
      title: vscode.l10n.t('Not recorded: {0}, {1}', formatDay(gap.day), stretchText(gap, gap.zone)),
      placeholder: vscode.l10n.t('What was this time?'),
    },
  );
  await act();
}

async function addInto(gap: Gap, { deps, services }: Context): Promise<void> {
  const title = vscode.l10n.t('Add a record: {0}', stretchText(gap, gap.zone));
  const branchKey = deps.branch.current().issueKey;
  const issueKey = await pickIssue(services.issues, { title, branchKey, offersNone: true }, deps.log);
  const notes = await askNotes(title, '');
  await services.records.add({ timeIn: gap.from, timeOut: gap.to, zone: gap.zone, issueKey, notes, source: 'manual' });
  await settleSiteAfterwards(services.connections, issueKey, deps.log);
}

async function repairOverlap(overlap: Overlap, { services, now }: Context): Promise<void> {
  const { earlier, later } = overlap;
  const { zone } = later;
  const repairs = repairsOf(overlap, now).map((repair) => ({
    ...repairItem(repair, overlap, now),
    choice: (() => services.dayCheck.repair(overlap, repair)) as Act,
  }));
  const edit = (record: TimeRecord): Choice<Act> => ({
    label: `$(edit) ${vscode.l10n.t('Edit {0}', recordText(record))}`,
    choice: async () => vscode.commands.executeCommand('timecard.editRecord', record.id),
  });
  const remove = (record: TimeRecord): Choice<Act> => ({
    label: `$(trash) ${vscode.l10n.t('Delete {0}', recordText(record))}`,
    choice: async () => vscode.commands.executeCommand('timecard.deleteRecord', record.id),
  });
  const act = await choose<Act>(
    [
      ...repairs,
      edit(earlier),
      edit(later),
      ...[earlier, later].filter((record) => isWhole(record, overlap)).map(remove),
      leaveItem(vscode.l10n.t('Both count this time')),
    ],
    {
      title: vscode.l10n.t('Counted twice: {0}–{1}', formatMoment(overlap.from, zone), formatClock(overlap.to, zone)),
      placeholder: vscode.l10n.t('How should it be counted? It can be undone.'),
    },
  );
  await act();
}

/** Whether everything that a finished record counts is counted twice. */
function isWhole({ timeIn, timeOut }: TimeRecord, { from, to }: Overlap): boolean {
  return timeIn >= from && timeOut !== null && timeOut <= to;
}

function repairItem(repair: OverlapRepair, overlap: Overlap, now: number) {
  const { earlier, later, from, to } = overlap;
  const name = (record: TimeRecord) => record.issueKey ?? vscode.l10n.t('the one without an issue');
  switch (repair) {
    case 'cutEarlier':
      return {
        label: `$(split-horizontal) ${vscode.l10n.t('Interrupt {0} for {1}', name(earlier), name(later))}`,
        description: vscode.l10n.t(
          'until {0}, and again from {1}',
          formatClock(from, earlier.zone),
          formatClock(to, earlier.zone),
        ),
      };
    case 'endEarlier':
      return {
        label: `$(arrow-up) ${vscode.l10n.t('End {0} at {1}', name(earlier), formatClock(from, earlier.zone))}`,
        description: lessText((earlier.timeOut ?? now) - from),
      };
    case 'startLater':
      return {
        label: `$(arrow-down) ${vscode.l10n.t('Start {0} at {1}', name(later), formatClock(to, later.zone))}`,
        description: lessText(to - later.timeIn),
      };
  }
}

function leaveItem(description: string): Choice<Act> {
  return { label: `$(check) ${vscode.l10n.t('Leave it')}`, description, choice: async () => undefined };
}

function lessText(ms: number): string {
  return vscode.l10n.t('{0} less', shortLength(ms));
}

function lengthText({ from, to }: { readonly from: number; readonly to: number }): string {
  return shortLength(to - from);
}

function shortLength(ms: number): string {
  return ms < 60_000 ? vscode.l10n.t('less than a minute') : formatLength(ms / 1000);
}

function stretchText({ from, to }: { readonly from: number; readonly to: number }, zone: string): string {
  return `${formatClock(from, zone)}–${formatClock(to, zone)}`;
}
