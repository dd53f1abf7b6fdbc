import type { LoggedAttempt, LogPage, SyncLog } from '../../app/syncLog.ts';
import { dayRange } from '../../core/days.ts';
import { asTimecardError, invalid } from '../../core/errors.ts';
import type { Disposable } from '../../core/ports.ts';
import type { TimeRecord } from '../../core/records.ts';
import type { AttemptFilter } from '../../core/storePorts.ts';
import { attemptMs } from '../../core/syncLogCsv.ts';
import { hourCycleOf } from '../../protocol/hourCycle.ts';
import type { AttemptRow, LogChoice } from '../../protocol/log.ts';
import type { FromView, ToView } from '../../protocol/messages.ts';
import { Refresher } from '../screen/refresher.ts';
import { inZoneOrUtc } from '../zoneOrUtc.ts';
import { cut } from './cut.ts';

type Question = Extract<FromView, { type: 'log' }>;
type Answer = Extract<ToView, { type: 'logged' }>;

interface Deps {
  /** Waits for the database; `undefined` when it cannot be opened. */
  readonly log: () => Promise<Pick<SyncLog, 'page'> | undefined>;
  /** IANA zone that days are meant in. */
  readonly zone: () => string;
  /** BCP 47 */
  readonly locale: () => string;
  readonly isSeen: () => boolean;
  readonly post: (answer: Answer) => void;
  readonly failed: (error: unknown) => void;
}

/** Changes within this many ms become one answer. */
const GATHER_MS = 100;
/** Nobody reads on beyond this; an error of a proxy may be a whole page. */
const LONGEST_ERROR = 20_000;
const LONGEST_NAME = 200;

/** Answers for the sync log of one page, and again for the part that is watched when it has changed. */
export class LogFeed implements Disposable {
  private watched: Question | undefined;
  /** The last answer for what is watched, as text, so that the same is not sent twice. */
  private sent: string | undefined;
  private readonly refresher = new Refresher({ delayMs: GATHER_MS, refresh: () => this.refresh() });

  constructor(private readonly deps: Deps) {}

  /** Rejects with `invalid` for a day that is none, and with a `storage*` reason. */
  async ask(question: Question): Promise<void> {
    if (question.watch === true) this.watched = question;
    try {
      const answer = await this.answer(question);
      if (answer !== undefined) this.send(question, answer);
    } catch (error) {
      // It stays wrong, however often the log changes.
      if (question === this.watched && asTimecardError(error).reason === 'invalid') this.leave();
      throw error;
    }
  }

  /** The log may have grown, or the records in it may have changed. */
  changed(): void {
    if (this.watched !== undefined && this.deps.isSeen()) this.refresher.request();
  }

  /** The log is not looked at any more. */
  leave(): void {
    this.watched = undefined;
    this.sent = undefined;
  }

  dispose(): void {
    this.leave();
    this.refresher.dispose();
  }

  private async refresh(): Promise<void> {
    const question = this.watched;
    if (question === undefined || !this.deps.isSeen()) return;
    try {
      const answer = await this.answer(question);
      if (answer !== undefined && question === this.watched && JSON.stringify(answer) !== this.sent)
        this.send(question, answer);
    } catch (error) {
      this.deps.failed(error);
    }
  }

  private async answer({ request, choice, page, size }: Question): Promise<Answer | undefined> {
    const filter = filterOf(choice, this.deps.zone());
    const found = await (await this.deps.log())?.page(filter, page, size);
    return found === undefined ? undefined : { type: 'logged', request, ...shown(found, this.deps.locale()) };
  }

  private send(question: Question, answer: Answer): void {
    if (question === this.watched) this.sent = JSON.stringify(answer);
    this.deps.post(answer);
  }
}

/** Which attempts a choice means. Throws `invalid` for a day that is none. @param zone IANA zone of its days */
export function filterOf(choice: LogChoice, zone: string): AttemptFilter {
  const { from, to, status, recordId } = choice;
  const issueKey = choice.issueKey.trim().toUpperCase();
  return {
    ...(from === '' ? {} : { from: rangeOf('from', from, zone).from }),
    ...(to === '' ? {} : { to: rangeOf('to', to, zone).to }),
    ...(status === 'all' ? {} : { status }),
    ...(issueKey === '' ? {} : { issueKey }),
    ...(recordId === '' ? {} : { recordId }),
  };
}

/** The same as the export's command takes it. */
export function exportArgument(choice: LogChoice, zone: string): Readonly<Record<string, string>> {
  const { from, to, status, issueKey, recordId } = filterOf(choice, zone);
  return {
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
    ...(status === undefined ? {} : { status }),
    ...(issueKey === undefined ? {} : { issueKey }),
    ...(recordId === undefined ? {} : { recordId }),
  };
}

function rangeOf(name: string, day: string, zone: string) {
  try {
    return dayRange(day, zone);
  } catch (error) {
    if (error instanceof RangeError) throw invalid(name, `there is no day ${day}`);
    throw error;
  }
}

function shown({ total, attempts }: LogPage, locale: string): { total: number; rows: AttemptRow[] } {
  return { total, rows: attempts.map((each) => attemptRow(each, locale)) };
}

function attemptRow({ attempt, record, canRetry }: LoggedAttempt, locale: string): AttemptRow {
  const { id, recordId, issueKey, action, status, worklogId, startedAt, httpStatus, error } = attempt;
  return {
    ...{ id, recordId, issueKey, action, status, worklogId, startedAt, httpStatus },
    ms: attemptMs(attempt) ?? null,
    error: error === null ? null : cut(error, LONGEST_ERROR),
    record: record === undefined ? null : nameOf(record, locale),
    canRetry,
  };
}

/** What a record is called: its notes, else when it was. */
function nameOf(record: TimeRecord, locale: string): string {
  const notes = record.notes
    .slice(0, LONGEST_NAME * 2)
    .replace(/\s+/g, ' ')
    .trim();
  return notes === '' ? spanOf(record, locale) : cut(notes, LONGEST_NAME);
}

function spanOf({ timeIn, timeOut, zone }: TimeRecord, locale: string): string {
  const options = { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' } as const;
  const format = formatIn(locale, zone, options);
  return timeOut === null ? format.format(timeIn) : format.formatRange(timeIn, Math.max(timeIn, timeOut));
}

function formatIn(locale: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const hourCycle = hourCycleOf(locale);
  return inZoneOrUtc(zone, (timeZone) => new Intl.DateTimeFormat(locale, { ...options, hourCycle, timeZone }));
}
