import { isDeepStrictEqual } from 'node:util';

/*
 * What a day of work should leave behind, told without the code under test: records as plain values, days from the
 * platform's own Intl, and a ledger of milliseconds that is kept apart from the records.
 */

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A record may end this far in the future, and a clock be set back this far, without a word. */
const SKEW = 5 * MINUTE;

/** A record as a user sees it. */
export interface Entry {
  readonly timeIn: number;
  readonly timeOut: number | null;
  readonly zone: string;
  readonly issueKey: string | null;
  readonly notes: string;
  readonly typed: boolean;
  readonly removed: boolean;
}

export type Entries = ReadonlyMap<string, Entry>;

/** What is on the wall and in the settings. */
export interface Scene {
  readonly now: number;
  readonly zone: string;
  readonly split: boolean;
}

/** What a command should do. Ids such as `+`, or `+r1/2` for a part of r1, are new; the store calls them what it likes. */
export interface Outcome {
  readonly entries: Entries;
  /** By how much the ledger grows, in ms. */
  readonly ledger: number;
  /** Records whose times a user chose; only the others must never overlap. */
  readonly chosen?: readonly string[];
}

export const REFUSED = 'refused';
export type Expected = Outcome | typeof REFUSED;

export const isLive = (entry: Entry): boolean => !entry.removed;

export function runningOf(entries: Entries): readonly [string, Entry] | undefined {
  return [...entries].find(([, entry]) => isLive(entry) && entry.timeOut === null);
}

/** The ms that a record counts for now. */
export function worth(entry: Entry | undefined, now: number): number {
  if (entry === undefined || entry.removed) return 0;
  return entry.timeOut === null ? Math.max(0, now - entry.timeIn) : entry.timeOut - entry.timeIn;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dayIn(zone: string, ms: number): string {
  const known = formats.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  formats.set(zone, known);
  return known.format(ms);
}

/** Instants within a stretch at which the local day changes; all are whole quarters of an hour in our zones. */
function midnights(timeIn: number, timeOut: number, zone: string): number[] {
  const found: number[] = [];
  const quarter = 15 * MINUTE;
  for (let ms = (Math.floor(timeIn / quarter) + 1) * quarter; ms < timeOut; ms += quarter) {
    if (dayIn(zone, ms) !== dayIn(zone, ms - 1)) found.push(ms);
  }
  return found;
}

function withAll(entries: Entries, changes: Iterable<readonly [string, Entry]>): Entries {
  return new Map([...entries, ...changes]);
}

/** The running record ended, in parts when that is wanted. */
function ended(id: string, entry: Entry, timeOut: number, { split }: Scene): [string, Entry][] {
  const cuts = split ? midnights(entry.timeIn, timeOut, entry.zone) : [];
  const edges = [entry.timeIn, ...cuts, timeOut];
  return edges.slice(1).map((to, index) => {
    const part = { ...entry, timeIn: edges[index] ?? 0, timeOut: to };
    return index === 0 ? [id, part] : [`+${id}/${index}`, { ...part, typed: false }];
  });
}

/** When a running record ends, or that it cannot. */
function endFor(timeIn: number, at: number | undefined, now: number): number | typeof REFUSED {
  if (at !== undefined) return at <= timeIn || at > now + SKEW ? REFUSED : at;
  if (now > timeIn) return now;
  return timeIn - now <= SKEW ? timeIn + SECOND : REFUSED;
}

/** A start nobody chose does not count again what the timer has counted a moment into the future. */
function freeStart(entries: Entries, now: number): number {
  const limit = now + SKEW + SECOND;
  const ends = [...entries.values()].map((entry) =>
    isLive(entry) && !entry.typed && entry.timeOut !== null && entry.timeOut <= limit ? entry.timeOut : 0,
  );
  return Math.max(now, ...ends);
}

export interface Start {
  readonly issueKey: string | null;
  readonly notes?: string;
  readonly at: number | undefined;
}

export function clockIn(entries: Entries, scene: Scene, start: Start): Expected {
  const { now, zone } = scene;
  const { at, issueKey, notes = '' } = start;
  if (at !== undefined && (at > now + SKEW || at < now - DAY)) return REFUSED;
  const before = runningOf(entries);
  const end = before === undefined ? now : endFor(before[1].timeIn, at, now);
  if (end === REFUSED) return REFUSED;
  const rest = before === undefined ? entries : withAll(entries, ended(...before, end, scene));
  const timeIn = at ?? freeStart(rest, now);
  const entry: Entry = { timeIn, timeOut: null, zone, issueKey, notes, typed: false, removed: false };
  const finished = before === undefined ? 0 : end - before[1].timeIn - worth(before[1], now);
  const ledger = finished + Math.max(0, now - timeIn);
  const chosen = at === undefined ? [] : ['+', ...(before === undefined ? [] : [before[0]])];
  return { entries: withAll(rest, [['+', entry]]), ledger, chosen };
}

export function clockOut(entries: Entries, scene: Scene, at: number | undefined, notes?: string): Expected {
  const running = runningOf(entries);
  const end = running === undefined ? REFUSED : endFor(running[1].timeIn, at, scene.now);
  if (running === undefined || end === REFUSED) return REFUSED;
  const [id, entry] = running;
  const parts = ended(id, { ...entry, notes: notes ?? entry.notes }, end, scene);
  const chosen = at === undefined ? [] : parts.map(([part]) => part);
  return { entries: withAll(entries, parts), ledger: end - entry.timeIn - worth(entry, scene.now), chosen };
}

export type Patch = Partial<Pick<Entry, 'timeIn' | 'timeOut' | 'issueKey' | 'notes'>>;

export function edit(entries: Entries, { now }: Scene, id: string, patch: Patch): Expected {
  const old = entries.get(id);
  if (old === undefined || old.removed) return REFUSED;
  if (old.timeOut === null && (patch.timeOut ?? null) !== null) return REFUSED;
  const entry = { ...old, ...patch };
  const moved = entry.timeIn !== old.timeIn || entry.timeOut !== old.timeOut;
  if (moved && !fits(old, entry, now)) return REFUSED;
  const ledger = worth(entry, now) - worth(old, now);
  return { entries: withAll(entries, [[id, entry]]), ledger, chosen: moved ? [id] : [] };
}

function fits(old: Entry, { timeIn, timeOut }: Entry, now: number): boolean {
  if (timeOut === null) return timeIn < now && timeIn >= Math.min(old.timeIn, now) - DAY;
  return timeIn < timeOut && timeOut - timeIn <= DAY && timeOut <= now + SKEW;
}

export function add(entries: Entries, { now, zone }: Scene, timeIn: number, timeOut: number): Expected {
  if (timeOut <= timeIn || timeOut - timeIn > DAY || timeOut > now + SKEW) return REFUSED;
  const entry: Entry = { timeIn, timeOut, zone, issueKey: null, notes: 'by hand', typed: true, removed: false };
  return { entries: withAll(entries, [['+', entry]]), ledger: timeOut - timeIn, chosen: ['+'] };
}

export function split(entries: Entries, scene: Scene, id: string, at: number): Expected {
  const { now } = scene;
  const old = entries.get(id);
  if (old === undefined || old.removed || at <= old.timeIn || at >= (old.timeOut ?? now)) return REFUSED;
  const parts: [string, Entry][] = [
    ...(old.timeOut === null ? ended(id, old, at, scene) : ([[id, { ...old, timeOut: at }]] as [string, Entry][])),
    [`+${id}/`, { ...old, timeIn: at, typed: false }],
  ];
  return { entries: withAll(entries, parts), ledger: 0 };
}

export function areNeighbours(a: Entry, b: Entry): boolean {
  const [first, second] = a.timeIn <= b.timeIn ? [a, b] : [b, a];
  if (first.removed || second.removed || first.timeOut === null || second.timeOut === null) return false;
  return first.issueKey === second.issueKey && Math.abs(second.timeIn - first.timeOut) <= MINUTE;
}

export function merge(entries: Entries, oneId: string, otherId: string): Expected {
  const pair = [oneId, otherId].flatMap((id) => {
    const entry = entries.get(id);
    return entry === undefined ? [] : [{ id, entry }];
  });
  const [first, second] = pair.sort((a, b) => a.entry.timeIn - b.entry.timeIn);
  if (first === undefined || second === undefined || oneId === otherId) return REFUSED;
  if (!areNeighbours(first.entry, second.entry)) return REFUSED;
  const notes = [...new Set([first.entry.notes, second.entry.notes].filter((text) => text !== ''))].join('\n');
  const timeOut = Math.max(first.entry.timeOut ?? 0, second.entry.timeOut ?? 0);
  const changes: [string, Entry][] = [
    [first.id, { ...first.entry, timeOut, notes }],
    [second.id, { ...second.entry, removed: true }],
  ];
  const ledger = timeOut - first.entry.timeIn - worth(first.entry, 0) - worth(second.entry, 0);
  return { entries: withAll(entries, changes), ledger, chosen: [first.id] };
}

export function duplicate(entries: Entries, id: string): Expected {
  const old = entries.get(id);
  if (old === undefined || old.removed || old.timeOut === null) return REFUSED;
  return { entries: withAll(entries, [['+', { ...old, typed: true }]]), ledger: worth(old, 0), chosen: ['+'] };
}

export function remove(entries: Entries, { now }: Scene, id: string): Expected {
  const old = entries.get(id);
  if (old === undefined || old.removed) return REFUSED;
  return { entries: withAll(entries, [[id, { ...old, removed: true }]]), ledger: -worth(old, now) };
}

export function restore(entries: Entries, { now }: Scene, id: string): Expected {
  const old = entries.get(id);
  if (old === undefined || !old.removed) return REFUSED;
  return oneRunning({ entries: withAll(entries, [[id, { ...old, removed: false }]]), now, before: entries, ids: [id] });
}

/** What one commit did to the records it touched. */
export interface Change {
  readonly group: number;
  readonly rows: ReadonlyMap<string, { readonly before: Entry | undefined; readonly after: Entry }>;
}

export function changeBetween(group: number, before: Entries, after: Entries): Change {
  const rows = [...after].flatMap(([id, entry]) =>
    isDeepStrictEqual(before.get(id), entry) ? [] : [[id, { before: before.get(id), after: entry }] as const],
  );
  return { group, rows: new Map(rows) };
}

export function undo(entries: Entries, { now }: Scene, { rows }: Change): Expected {
  if ([...rows].some(([id, { after }]) => !isDeepStrictEqual(entries.get(id), after))) return REFUSED;
  const back = [...rows].map(([id, { before, after }]) => [id, before ?? { ...after, removed: true }] as const);
  return oneRunning({ entries: withAll(entries, back), now, before: entries, ids: [...rows.keys()] });
}

function oneRunning(o: { entries: Entries; now: number; before: Entries; ids: readonly string[] }): Expected {
  const running = [...o.entries.values()].filter((entry) => isLive(entry) && entry.timeOut === null);
  if (running.length > 1) return REFUSED;
  const total = (entries: Entries) => o.ids.reduce((sum, id) => sum + worth(entries.get(id), o.now), 0);
  return { entries: o.entries, ledger: total(o.entries) - total(o.before), chosen: o.ids };
}
