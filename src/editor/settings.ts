import * as v from 'valibot';
import * as vscode from 'vscode';
import type { BranchPolicy } from '../core/branchOffer.ts';
import { TimecardError } from '../core/errors.ts';
import type { EstimateChange, WorklogVisibility } from '../core/jiraPorts.ts';
import type { NudgeSettings } from '../core/nudgePorts.ts';
import type { NudgeKind } from '../core/nudgeTimes.ts';
import type { Log, Rounding, Settings } from '../core/ports.ts';
import { withoutEnd } from '../core/text.ts';
import { hourCycle } from './format.ts';

const SECTION = 'timecard';
const WEEK_START = { monday: 1, saturday: 6, sunday: 7 } as const;

/** Every setting: what it may be and what it is when it is something else. A unit test holds this equal to the manifest. */
export const SETTINGS = {
  splitAtMidnight: { schema: v.boolean(), fallback: true },
  weekStart: { schema: v.picklist(['locale', 'monday', 'sunday', 'saturday']), fallback: 'locale' },
  'rounding.mode': { schema: v.picklist(['off', 'nearest', 'up', 'down']), fallback: 'nearest' },
  'rounding.stepMinutes': { schema: minutes(1), fallback: 1 },
  'rounding.minimumMinutes': { schema: minutes(0), fallback: 1 },
  'rounding.carry': { schema: v.boolean(), fallback: false },
  'comment.template': { schema: v.pipe(v.string(), v.maxLength(2000)), fallback: '' },
  'jira.notifyUsers': { schema: v.boolean(), fallback: false },
  'jira.adjustEstimate': { schema: v.picklist(['auto', 'leave', 'new', 'manual']), fallback: 'auto' },
  'jira.estimate': { schema: v.pipe(v.string(), v.regex(/^\s*(\d{1,5}(\.\d{1,2})?\s*[wdhm]\s*)*$/)), fallback: '' },
  'jira.visibility': {
    schema: v.record(v.string(), visibility()),
    fallback: {},
  },
  'jira.assignedJql': { schema: v.pipe(v.string(), v.maxLength(2000)), fallback: '' },
  'jira.sites': { schema: v.pipe(v.array(v.pipe(v.string(), v.maxLength(2048))), v.maxLength(50)), fallback: [] },
  'jira.suggestedSite': { schema: v.pipe(v.string(), v.maxLength(2048)), fallback: '' },
  'oauth.cloudClientId': { schema: v.pipe(v.string(), v.trim(), v.regex(/^[\w.-]{0,200}$/)), fallback: '' },
  'oauth.dataCenterClientIds': {
    schema: v.record(v.string(), v.pipe(v.string(), v.trim(), v.regex(/^[\w.-]{1,200}$/))),
    fallback: {},
  },
  'oauth.redirectUri': {
    schema: v.pipe(v.string(), v.trim(), v.maxLength(500)),
    fallback: 'http://127.0.0.1:31417/callback',
  },
  'sync.preview': { schema: v.boolean(), fallback: false },
  'sync.mode': { schema: v.picklist(['manual', 'onClockOut', 'interval', 'endOfDay']), fallback: 'manual' },
  'sync.intervalMinutes': {
    schema: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1440)),
    fallback: 30,
  },
  'sync.time': { schema: v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/)), fallback: '18:00' },
  idleMinutes: { schema: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1440)), fallback: 10 },
  targets: {
    schema: v.strictObject({
      monday: hours(),
      tuesday: hours(),
      wednesday: hours(),
      thursday: hours(),
      friday: hours(),
      saturday: hours(),
      sunday: hours(),
    }),
    fallback: {},
  },
  'remind.start': { schema: timeOfDay(), fallback: '' },
  'remind.stop': { schema: timeOfDay(), fallback: '' },
  'remind.unsynced': { schema: timeOfDay(), fallback: '' },
  clockOutAt: { schema: timeOfDay(), fallback: '' },
  'branch.onSwitch': { schema: v.picklist(['ask', 'switch', 'ignore']), fallback: 'ask' },
  'branch.offerStart': { schema: v.boolean(), fallback: false },
  onDelete: { schema: v.picklist(['ask', 'keep', 'delete']), fallback: 'ask' },
  issueKeyPattern: { schema: v.pipe(v.string(), v.maxLength(500)), fallback: '' },
} as const;

type SettingName = keyof typeof SETTINGS;
type SettingValue<N extends SettingName> = v.InferOutput<(typeof SETTINGS)[N]['schema']>;

function minutes(min: number) {
  return v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(60));
}

function hours() {
  return v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(24)));
}

/** `null`: everybody. */
function visibility() {
  return v.nullable(
    v.object({
      type: v.picklist(['group', 'role']),
      value: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(255)),
    }),
  );
}

/** Empty for off. */
function timeOfDay() {
  return v.pipe(v.string(), v.trim(), v.regex(/^(([01]\d|2[0-3]):[0-5]\d)?$/));
}

/** What switches each nudge on. */
const NUDGE_SETTINGS = {
  clockOut: 'clockOutAt',
  late: 'remind.stop',
  start: 'remind.start',
  unsynced: 'remind.unsynced',
} as const satisfies Record<NudgeKind, SettingName>;

export interface EditorSettings extends Settings, NudgeSettings {
  /** The user's own pattern for issue keys; empty when there is none. */
  issueKeyPattern(): string;
  /** Addresses of the team's Jira sites, offered when connecting; never taken without being chosen. */
  sites(): readonly string[];
  /** An address that the workspace suggests; the user confirms it. Empty for none. */
  suggestedSite(): string;
  /** Client id of the organisation's own OAuth app for Jira Cloud; empty for none. */
  cloudClientId(): string;
  /** Client id of the incoming link at this Data Center site; empty for none. */
  dataCenterClientId(jiraUrl: string): string;
  /** Where the browser is sent at the end of signing in with OAuth; equal to what the app was registered with. */
  redirectUri(): string;
  /** What a checkout of another branch asks for. */
  branchPolicy(): BranchPolicy;
  stopOfferingStart(): Promise<void>;
  /** Switches a nudge off for good. */
  stopNudge(kind: NudgeKind): Promise<void>;
  /** Keeps the answer to "what about the worklog" for the next time. */
  rememberOnRemove(choice: 'keep' | 'delete'): Promise<void>;
}

type ReadSetting = (name: SettingName) => unknown;

/** The settings, checked on every use; a value that does not fit is told to the log once and its default is used. */
export function createSettings(log: Pick<Log, 'warn'>): EditorSettings {
  const read: ReadSetting = (name) => vscode.workspace.getConfiguration(SECTION).get(name);
  const value = settingReader(read, log);
  return {
    splitAtMidnight: () => value('splitAtMidnight'),
    weekStart: () => weekday(value('weekStart'), Intl.DateTimeFormat().resolvedOptions().locale),
    hourCycle,
    rounding: (): Rounding => ({
      mode: value('rounding.mode'),
      stepMinutes: value('rounding.stepMinutes'),
      minimumMinutes: value('rounding.minimumMinutes'),
    }),
    roundingCarry: () => value('rounding.carry'),
    commentTemplate: () => value('comment.template'),
    notifyUsers: () => value('jira.notifyUsers'),
    // Not `value`: instead of these two, their defaults would change an estimate or show a worklog to more people.
    adjustEstimate: () => estimateChange(read('jira.adjustEstimate'), value('jira.estimate').trim()),
    visibility: (project) => ownVisibility(read('jira.visibility'), project),
    assignedJql: () => value('jira.assignedJql').trim(),
    syncPreview: () => value('sync.preview'),
    sites: () => value('jira.sites'),
    suggestedSite: () => value('jira.suggestedSite').trim(),
    cloudClientId: () => value('oauth.cloudClientId'),
    dataCenterClientId: (jiraUrl) => clientIdOf(value('oauth.dataCenterClientIds'), jiraUrl),
    redirectUri: () => value('oauth.redirectUri'),
    syncMode: () => value('sync.mode'),
    syncIntervalMinutes: () => value('sync.intervalMinutes'),
    syncTime: () => value('sync.time'),
    idleMinutes: () => value('idleMinutes'),
    branchPolicy: () => ({ onSwitch: value('branch.onSwitch'), offerStart: value('branch.offerStart') }),
    stopOfferingStart: async () => {
      const { Global } = vscode.ConfigurationTarget;
      await vscode.workspace.getConfiguration(SECTION).update('branch.offerStart', false, Global);
    },
    targets: () => value('targets'),
    nudgeTimes: () => ({
      clockOut: value(NUDGE_SETTINGS.clockOut),
      late: value(NUDGE_SETTINGS.late),
      start: value(NUDGE_SETTINGS.start),
      unsynced: value(NUDGE_SETTINGS.unsynced),
    }),
    stopNudge: async (kind) => {
      const { Global } = vscode.ConfigurationTarget;
      await vscode.workspace.getConfiguration(SECTION).update(NUDGE_SETTINGS[kind], '', Global);
    },
    onRemove: () => value('onDelete'),
    issueKeyPattern: () => value('issueKeyPattern'),
    rememberOnRemove: async (choice) => {
      await vscode.workspace.getConfiguration(SECTION).update('onDelete', choice, vscode.ConfigurationTarget.Global);
    },
  };
}

/**
 * A duration that is missing or wrong is refused when something is to be sent, so that Jira does not do another thing.
 * Throws `invalid`, naming the setting, for a kind that there is not.
 */
export function estimateChange(given: unknown, value: string): EstimateChange {
  const { schema, fallback } = SETTINGS['jira.adjustEstimate'];
  const kind = v.safeParse(schema, given === undefined ? fallback : given);
  if (!kind.success) {
    throw unsendable(
      vscode.l10n.t(
        'The setting timecard.jira.adjustEstimate cannot be read. Choose “auto”, “leave”, “new” or “manual”.',
      ),
    );
  }
  return kind.output === 'auto' || kind.output === 'leave' ? { kind: kind.output } : { kind: kind.output, value };
}

/** An address is often written with a slash at its end; a site is not. */
export function clientIdOf(all: SettingValue<'oauth.dataCenterClientIds'>, jiraUrl: string): string {
  return Object.entries(all).find(([site]) => withoutEnd(site.trim(), '/') === jiraUrl)?.[1] ?? '';
}

/**
 * By project key, else what `*` says. Throws `invalid`, naming the setting, when that cannot be read: everybody who sees
 * the issue would see the worklog. What is wrong with other projects' entries does not matter here.
 */
export function ownVisibility(given: unknown, project: string): WorklogVisibility | undefined {
  const all = v.safeParse(v.record(v.string(), v.unknown()), given === undefined ? {} : given);
  if (!all.success || Array.isArray(given)) {
    throw unsendable(
      vscode.l10n.t(
        'The setting timecard.jira.visibility cannot be read. Give each project key a group or a role, or null for everybody.',
      ),
    );
  }
  const entries = Object.entries(all.output);
  const [key, entry] =
    entries.find(([name]) => name.trim().toUpperCase() === project.toUpperCase()) ??
    entries.find(([name]) => name.trim() === '*') ??
    [];
  if (key === undefined) return undefined;
  const parsed = v.safeParse(visibility(), entry);
  if (parsed.success) return parsed.output ?? undefined;
  throw unsendable(
    vscode.l10n.t(
      'The entry “{0}” of the setting timecard.jira.visibility cannot be read. Give it a type, “group” or “role”, and a value, or null for everybody.',
      key,
    ),
  );
}

function unsendable(message: string): TimecardError {
  return new TimecardError('invalid', message, { outcome: 'notSent' });
}

/** Reads one setting after the other, warning once for each value that does not fit. */
export function settingReader(read: ReadSetting, log: Pick<Log, 'warn'>) {
  const warned = new Set<string>();
  return <N extends SettingName>(name: N): SettingValue<N> => {
    const given = read(name);
    const { schema, fallback } = SETTINGS[name];
    const parsed = v.safeParse(schema, given ?? fallback);
    if (parsed.success) return parsed.output;
    const complaint = `${SECTION}.${name}: ${parsed.issues[0].message}`;
    if (!warned.has(complaint)) {
      warned.add(complaint);
      log.warn(`The setting ${complaint}. Its default, ${JSON.stringify(fallback)}, is used instead.`);
    }
    return v.parse(schema, fallback);
  };
}

/** ISO weekday (1 Monday … 7 Sunday) a week begins on; Monday where the locale does not say. */
export function weekday(choice: SettingValue<'weekStart'>, locale: string): number {
  return choice === 'locale' ? firstDayOf(locale) : WEEK_START[choice];
}

const WeekInfo = v.object({ firstDay: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7)) });

/** Node 20 has `weekInfo`, later ones `getWeekInfo()`; TypeScript's library knows neither everywhere. */
function firstDayOf(locale: string): number {
  const known: object = new Intl.Locale(locale);
  const info: unknown =
    'getWeekInfo' in known && typeof known.getWeekInfo === 'function'
      ? known.getWeekInfo()
      : 'weekInfo' in known
        ? known.weekInfo
        : undefined;
  const parsed = v.safeParse(WeekInfo, info);
  return parsed.success ? parsed.output.firstDay : 1;
}
