import { formatDuration } from '../../core/duration.ts';
import type { StoreNotice } from '../../core/storePorts.ts';
import type { TargetTotals } from '../../core/targets.ts';
import { hourCycleOf } from '../../protocol/hourCycle.ts';
import { WAITING_TEXTS, type WaitingOf, waitingText } from '../../protocol/waiting.ts';
import type { CommandId } from '../commands/ids.ts';
import { inZoneOrUtc } from '../zoneOrUtc.ts';
import { labelOf, markdownOf, oneLine } from './plainText.ts';

/** `vscode.l10n.t`. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

/** Something is wrong that the user should see without looking for it. */
export type Trouble =
  | { readonly kind: 'signedOut'; readonly site: string }
  | { readonly kind: 'away'; readonly message: string }
  | { readonly kind: 'newer' | 'unsaved' | 'unreadable'; readonly message: string };

export interface RunningTimer {
  readonly issueKey: string | null;
  readonly summary: string | null;
  /** UTC ms */
  readonly timeIn: number;
}

export interface StatusBarState {
  /** UTC ms */
  readonly now: number;
  readonly locale: string;
  /** IANA zone times are shown in. */
  readonly zone: string;
  readonly running: RunningTimer | undefined;
  /** Key the branch suggests. */
  readonly branchKey: string | null;
  /** Why this key, or why none. */
  readonly branchWhy: string;
  /** `undefined` until the database has loaded. */
  readonly totals:
    | {
        readonly todaySeconds: number;
        readonly weekSeconds: number;
        readonly targets: TargetTotals | null;
        readonly waiting: number;
        readonly waitingOf?: WaitingOf;
      }
    | undefined;
  readonly trouble: Trouble | undefined;
}

export interface StatusBarView {
  /** May hold `$(icon)`. */
  readonly text: string;
  /** Markdown in which everything from outside is escaped. */
  readonly tooltip: string;
  readonly accessibleLabel: string;
  readonly warning: boolean;
}

/** The commands the tooltip may run, and nothing else. */
export const TOOLTIP_COMMANDS = {
  switchIssue: 'timecard.switchIssue',
  editNotes: 'timecard.editNotes',
  history: 'timecard.openHistory',
  connect: 'timecard.connect',
  decideAbsence: 'timecard.decideAbsence',
} as const satisfies Record<string, CommandId>;

/** A notice may name a file. */
const LONG = 500;

/** What the status bar shows. */
export function statusBarView(state: StatusBarState, t: Translate): StatusBarView {
  return {
    text: textOf(state, t),
    tooltip: tooltipOf(state, t),
    accessibleLabel: accessibleLabelOf(state, t),
    warning: state.trouble !== undefined,
  };
}

/** What a notice of the store changes about the trouble shown. */
export function troubleAfter(notice: StoreNotice, trouble: Trouble | undefined): Trouble | undefined {
  switch (notice.kind) {
    case 'newer':
    case 'unsaved':
      return { kind: notice.kind, message: notice.message };
    case 'saved':
      return trouble?.kind === 'unsaved' ? undefined : trouble;
    case 'restored':
    case 'startedEmpty':
      return trouble;
  }
}

function textOf(state: StatusBarState, t: Translate): string {
  const timer = state.running === undefined ? idleText(state, t) : runningText(state.running, state.now, t);
  return state.trouble === undefined ? timer : `${timer} $(warning) ${troubleWord(state.trouble, t)}`;
}

function idleText(state: StatusBarState, t: Translate): string {
  const key = state.branchKey === null ? '' : ` ${labelOf(state.branchKey)}`;
  return `$(clock) ${t('Clock in')}${key}`;
}

function runningText(running: RunningTimer, now: number, t: Translate): string {
  return `$(stop-circle) ${keyOf(running, t)} ${formatDuration(elapsedSeconds(running, now))}`;
}

function keyOf(running: RunningTimer, t: Translate): string {
  return running.issueKey === null ? t('No issue') : labelOf(running.issueKey);
}

/** A clock that was set back shows as nothing elapsed. */
function elapsedSeconds(running: RunningTimer, now: number): number {
  return Math.max(0, now - running.timeIn) / 1_000;
}

function troubleWord(trouble: Trouble, t: Translate): string {
  switch (trouble.kind) {
    case 'signedOut':
      return t('Signed out');
    case 'newer':
      return t('Read only');
    case 'unsaved':
      return t('Not saved');
    case 'unreadable':
      return t('Cannot read records');
    case 'away':
      return t('Time away?');
  }
}

function troubleSentence(trouble: Trouble, t: Translate): string {
  if (trouble.kind !== 'signedOut') return oneLine(trouble.message, LONG);
  return t('Signed out of {0}. Time is still recorded and is sent once you sign in again.', oneLine(trouble.site));
}

function accessibleLabelOf(state: StatusBarState, t: Translate): string {
  const { running, now, branchKey, trouble } = state;
  const timer =
    running === undefined
      ? branchKey === null
        ? t('Timecard: Clock in')
        : t('Timecard: Clock in on {0}', branchKey)
      : runningLabel(running, now, t);
  return trouble === undefined ? timer : `${timer}. ${troubleSentence(trouble, t)}`;
}

/** Hours and minutes in words: a screen reader takes `1:05` for a time of day. */
function runningLabel(running: RunningTimer, now: number, t: Translate): string {
  const minutes = Math.floor(elapsedSeconds(running, now) / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return running.issueKey === null
    ? t('Timecard: Clock out, no issue, running for {0} h {1} min', hours, rest)
    : t('Timecard: Clock out of {0}, running for {1} h {2} min', running.issueKey, hours, rest);
}

function tooltipOf(state: StatusBarState, t: Translate): string {
  const parts = [headline(state, t), totalsLine(state, t), troubleLine(state, t), links(state, t)];
  return parts.filter((part) => part !== '').join('\n\n');
}

function headline(state: StatusBarState, t: Translate): string {
  const { running } = state;
  if (running === undefined) return idleHeadline(state, t);
  const key = running.issueKey ?? t('No issue');
  const summary = running.summary === null ? '' : ` ${markdownOf(running.summary)}`;
  const since = t('Running since {0}', startText(state, running.timeIn));
  return `**${markdownOf(key)}**${summary}\n\n${markdownOf(since)}`;
}

function idleHeadline({ branchKey, branchWhy }: StatusBarState, t: Translate): string {
  const title = branchKey === null ? t('Clock in') : t('Clock in on {0}', branchKey);
  const why = branchWhy.trim() === '' ? '' : `\n\n${markdownOf(branchWhy)}`;
  return `**${markdownOf(title)}**${why}`;
}

/** The time of day, with the date when that was not today. */
function startText({ locale, zone, now }: StatusBarState, timeIn: number): string {
  const time = format(timeIn, locale, zone, { hour: 'numeric', minute: '2-digit' });
  const date = (instant: number): string => format(instant, locale, zone, { dateStyle: 'medium' });
  return date(timeIn) === date(now) ? time : `${date(timeIn)}, ${time}`;
}

function format(instant: number, locale: string, zone: string, options: Intl.DateTimeFormatOptions): string {
  const hourCycle = hourCycleOf(locale);
  return inZoneOrUtc(zone, (timeZone) =>
    new Intl.DateTimeFormat(locale, { ...options, hourCycle, timeZone }).format(instant),
  );
}

function totalsLine({ totals }: StatusBarState, t: Translate): string {
  if (totals === undefined) return markdownOf(t('Loading records…'));
  const { targets } = totals;
  const today = t('Today {0}', progressText(totals.todaySeconds, targets?.todaySeconds, t));
  const week = t('This week {0}', progressText(totals.weekSeconds, targets?.weekSeconds, t));
  const waiting = waitingText(totals.waiting, totals.waitingOf, (key, ...values) => t(WAITING_TEXTS[key], ...values));
  return `${markdownOf(today)} · ${markdownOf(week)}\n\n${markdownOf(waiting)}`;
}

/** In numbers only: a bar of characters would be read out one by one. */
function progressText(seconds: number, target: number | undefined, t: Translate): string {
  const done = formatDuration(seconds);
  return target === undefined || target === 0 ? done : t('{0} of {1}', done, formatDuration(target));
}

function troubleLine({ trouble }: StatusBarState, t: Translate): string {
  if (trouble === undefined) return '';
  const sentence = `$(warning) ${markdownOf(troubleSentence(trouble, t), LONG)}`;
  if (trouble.kind === 'away') return `${sentence} ${link(t('Decide…'), 'decideAbsence')}`;
  return trouble.kind === 'signedOut' ? `${sentence} ${link(t('Sign in again'), 'connect')}` : sentence;
}

function links({ running }: StatusBarState, t: Translate): string {
  const open = link(t('Open history'), 'history');
  if (running === undefined) return open;
  return [link(t('Switch issue'), 'switchIssue'), link(t('Edit notes'), 'editNotes'), open].join(' | ');
}

function link(title: string, command: keyof typeof TOOLTIP_COMMANDS): string {
  return `[${markdownOf(title)}](command:${TOOLTIP_COMMANDS[command]})`;
}
