import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { Absences } from '../../../src/app/absences.ts';
import { RecordEdits } from '../../../src/app/recordEdits.ts';
import { Records } from '../../../src/app/records.ts';
import { TimeClock } from '../../../src/app/timeClock.ts';
import { Undo } from '../../../src/app/undo.ts';
import type { AbsenceChoice } from '../../../src/core/absence.ts';
import { asTimecardError } from '../../../src/core/errors.ts';
import type { Clock } from '../../../src/core/ports.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import type { Store } from '../../../src/core/storePorts.ts';
import { nodeDisk } from '../../../src/store/disk.ts';
import { openStore } from '../../../src/store/store.ts';
import * as model from './dayModel.ts';
import { type Entries, type Entry, isLive, MINUTE, REFUSED, worth } from './dayModel.ts';
import { quietLog, TestSettings } from './office.ts';

interface Steps {
  in: { issueKey: string | null; ago: number | undefined };
  out: { ago: number | undefined; notes: string | undefined };
  toggle: { issueKey: string | null };
  resume: object;
  amend: { issueKey: string | null; notes: string };
  wait: { ms: number };
  away: { minutes: number };
  /** `where` in the time away the work ended, when that is the answer. */
  answer: { which: number; choice: AbsenceChoice; where: number };
  setBack: { ms: number };
  travel: { zone: string };
  add: { ago: number; minutes: number };
  /** Shifts of start and end, in minutes. */
  edit: { which: number; from: number | undefined; to: number | undefined };
  describe: { which: number; issueKey: string | null; notes: string };
  split: { which: number; where: number };
  merge: { which: number; other: number };
  duplicate: { which: number };
  remove: { which: number };
  restore: { which: number };
  /** How many changes back. */
  undo: { back: number };
}

export type Of<K extends keyof Steps> = { [P in K]: { readonly do: P } & Readonly<Steps[P]> }[K];
export type Step = Of<keyof Steps>;

/** One command: what it should do, and doing it. */
interface Plan {
  readonly expected: model.Expected;
  readonly act: (window: Window) => Promise<unknown>;
}

interface Window {
  readonly store: Store;
  readonly timeClock: TimeClock;
  readonly records: Records;
  readonly edits: RecordEdits;
  readonly undo: Undo;
  readonly absences: Absences;
}

type Start = { readonly now: number; readonly zone: string; readonly split: boolean };

/** Real files, without waiting for the platters: that a commit survives a power cut is tested with the store. */
const quickDisk = { ...nodeDisk, syncFolder: async () => undefined };
const WASM = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');
/** From here on back, a clock that was set back makes records that overlap earlier ones, as the user then sees. */
const SET_BACK_FAR = 4 * MINUTE;

/** Plays a day in two windows and, beside them, in the model. */
export class Day {
  private entries: Entries = new Map();
  /** What all records should sum to, in ms. */
  private ledger = 0;
  /** Records whose times a user chose. */
  private readonly chosen = new Set<string>();
  private readonly history: model.Change[] = [];
  /** The latest that the clock has ever shown. */
  private latest: number;

  private constructor(
    private readonly folder: string,
    private readonly windows: readonly [Window, Window],
    private scene: Start,
    private readonly setClock: (scene: Start) => void,
  ) {
    this.latest = scene.now;
  }

  static async begin(start: Start): Promise<Day> {
    const folder = await mkdtemp(join(tmpdir(), 'timecard-day-'));
    let scene = start;
    let ids = 0;
    const clock: Clock = { now: () => scene.now, zone: () => scene.zone };
    const newId = () => {
      ids += 1;
      return `r${ids}`;
    };
    const settings = new TestSettings();
    settings.split = start.split;
    const openWindow = async (): Promise<Window> => {
      const options = { folder, wasm: () => readFile(WASM), clock, log: quietLog, watch: false, disk: quickDisk };
      const store = await openStore(options);
      const deps = { store, clock, newId, settings };
      return {
        store,
        timeClock: new TimeClock(deps),
        records: new Records(deps),
        edits: new RecordEdits(deps),
        undo: new Undo(deps),
        absences: new Absences(deps),
      };
    };
    const windows = [await openWindow(), await openWindow()] as const;
    return new Day(folder, windows, start, (next) => {
      scene = next;
    });
  }

  async end(): Promise<void> {
    for (const { store } of this.windows) await store.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async play(step: Step, window: 0 | 1): Promise<void> {
    if (step.do === 'wait') this.move(this.scene.now + step.ms);
    else if (step.do === 'setBack') this.move(this.scene.now - step.ms);
    else if (step.do === 'travel') this.set({ ...this.scene, zone: step.zone });
    else if (step.do === 'away') await this.away(step, window);
    else if (step.do === 'answer') await this.answer(step, window);
    else {
      const plan = this.plan(step);
      if (plan !== undefined) await this.carryOut(plan, window);
    }
    this.check();
  }

  private set(scene: Start): void {
    this.scene = scene;
    this.latest = Math.max(this.latest, scene.now);
    this.setClock(scene);
  }

  /** Only time that passes while the timer runs counts. */
  private move(now: number): void {
    const running = model.runningOf(this.entries)?.[1];
    this.ledger += worth(running, now) - worth(running, this.scene.now);
    this.set({ ...this.scene, now });
  }

  private at(ago: number | undefined): number | undefined {
    return ago === undefined ? undefined : this.scene.now - ago * MINUTE;
  }

  private plan(step: Exclude<Step, Of<'wait' | 'setBack' | 'travel' | 'away' | 'answer'>>): Plan | undefined {
    switch (step.do) {
      case 'in':
        return this.clockIn(step.issueKey, this.at(step.ago));
      case 'out': {
        const at = this.at(step.ago);
        const { notes } = step;
        return {
          expected: model.clockOut(this.entries, this.scene, at, notes),
          act: ({ timeClock }) =>
            timeClock.clockOut({ ...(at === undefined ? {} : { at }), ...(notes === undefined ? {} : { notes }) }),
        };
      }
      case 'toggle':
        return this.toggle(step.issueKey);
      case 'resume':
        return this.resume();
      case 'amend':
        return this.amend(step);
      case 'add': {
        const timeIn = this.scene.now - step.ago * MINUTE;
        const timeOut = timeIn + step.minutes * MINUTE;
        return {
          expected: model.add(this.entries, this.scene, timeIn, timeOut),
          act: ({ records }) => records.add({ timeIn, timeOut, notes: 'by hand', source: 'manual' }),
        };
      }
      case 'undo':
        return this.undo(step.back);
      default:
        return this.planFor(step);
    }
  }

  private clockIn(issueKey: string | null, at: number | undefined, notes = ''): Plan {
    const start = { issueKey, notes, at };
    return {
      expected: this.afterSetBack(model.clockIn(this.entries, this.scene, start)),
      act: ({ timeClock }) => timeClock.clockIn({ issueKey, notes, ...(at === undefined ? {} : { at }) }),
    };
  }

  private toggle(issueKey: string | null): Plan {
    const runs = model.runningOf(this.entries) !== undefined;
    const start = { issueKey, at: undefined };
    return {
      expected: runs
        ? model.clockOut(this.entries, this.scene, undefined)
        : this.afterSetBack(model.clockIn(this.entries, this.scene, start)),
      act: ({ timeClock }) => timeClock.toggle({ issueKey }),
    };
  }

  private afterSetBack(expected: model.Expected): model.Expected {
    if (expected === REFUSED || this.scene.now >= this.latest - SET_BACK_FAR) return expected;
    return { ...expected, chosen: [...(expected.chosen ?? []), '+'] };
  }

  private resume(): Plan | undefined {
    const last = [...this.entries.values()].filter(isLive).sort((a, b) => b.timeIn - a.timeIn)[0];
    if (last === undefined || last.timeOut === null) return undefined;
    return this.clockIn(last.issueKey, undefined, last.notes);
  }

  private amend({ issueKey, notes }: Of<'amend'>): Plan {
    const [id, entry] = model.runningOf(this.entries) ?? [];
    const entries = new Map(this.entries);
    if (id !== undefined && entry !== undefined) entries.set(id, { ...entry, issueKey, notes });
    return {
      expected: id === undefined ? REFUSED : { entries, ledger: 0 },
      act: ({ timeClock }) => timeClock.amendRunning({ issueKey, notes }),
    };
  }

  private undo(back: number): Plan | undefined {
    const change = this.history.at(-1 - (back % Math.max(1, this.history.length)));
    if (change === undefined) return undefined;
    return {
      expected: model.undo(this.entries, this.scene, change),
      act: (window) => window.undo.undo(change.group),
    };
  }

  /** Commands on one of the records. */
  private planFor(step: Of<'edit' | 'describe' | 'split' | 'merge' | 'duplicate' | 'remove' | 'restore'>) {
    const wanted = step.do === 'restore' ? (entry: Entry) => entry.removed : isLive;
    const known = [...this.entries].filter(([, entry]) => wanted(entry));
    const [id, entry] = known[step.which % Math.max(1, known.length)] ?? [];
    return id === undefined || entry === undefined ? undefined : this.planOn(step, id, entry);
  }

  private planOn(
    step: Of<'edit' | 'describe' | 'split' | 'merge' | 'duplicate' | 'remove' | 'restore'>,
    id: string,
    entry: Entry,
  ): Plan | undefined {
    const { entries, scene } = this;
    switch (step.do) {
      case 'edit':
        return this.edit(id, {
          ...(step.from === undefined ? {} : { timeIn: entry.timeIn + step.from * MINUTE }),
          ...(step.to === undefined ? {} : { timeOut: (entry.timeOut ?? scene.now) + step.to * MINUTE }),
        });
      case 'describe':
        return this.edit(id, { issueKey: step.issueKey, notes: step.notes });
      case 'split': {
        const at = entry.timeIn + Math.floor(((entry.timeOut ?? scene.now) - entry.timeIn) * step.where);
        return { expected: model.split(entries, scene, id, at), act: ({ edits }) => edits.split(id, at) };
      }
      case 'merge': {
        const [one, other] = this.pair(step);
        return { expected: model.merge(entries, one, other), act: ({ edits }) => edits.merge(one, other) };
      }
      case 'duplicate':
        return { expected: model.duplicate(entries, id), act: ({ edits }) => edits.duplicate(id) };
      case 'remove':
        return { expected: model.remove(entries, scene, id), act: ({ records }) => records.remove(id) };
      case 'restore':
        return { expected: model.restore(entries, scene, id), act: ({ records }) => records.restore(id) };
    }
  }

  private edit(
    id: string,
    patch: { timeIn?: number; timeOut?: number; issueKey?: string | null; notes?: string },
  ): Plan {
    return {
      expected: model.edit(this.entries, this.scene, id, patch),
      act: ({ records }) => records.update(id, patch),
    };
  }

  /** Neighbours when there are any, else two records that must not become one. */
  private pair({ which, other }: Of<'merge'>): readonly [string, string] {
    const live = [...this.entries].filter(([, entry]) => isLive(entry));
    const pairs = live.flatMap(([a, one]) =>
      live.flatMap(([b, two]) => (a !== b && model.areNeighbours(one, two) ? [[a, b] as const] : [])),
    );
    const ids = live.map(([id]) => id);
    const any = [ids[which % ids.length] ?? '', ids[other % ids.length] ?? ''] as const;
    return pairs[which % Math.max(1, pairs.length)] ?? any;
  }

  private async carryOut({ expected, act }: Plan, window: 0 | 1): Promise<void> {
    const refused = await act(this.windows[window]).then(
      () => false,
      (error: unknown) => {
        if (asTimecardError(error).reason !== 'invalid') throw error;
        return true;
      },
    );
    const found = await this.look(window);
    expect(refused, 'refused').toBe(expected === REFUSED);
    if (expected === REFUSED) expect(found).toEqual(this.entries);
    else {
      const names = named(expected.entries, found);
      const parts = [...names.keys()].filter((id) => this.chosen.has(/^\+(.+)\//.exec(id)?.[1] ?? ''));
      for (const id of [...parts, ...(expected.chosen ?? [])]) this.chosen.add(names.get(id) ?? id);
      this.ledger += expected.ledger;
      await this.take(found, true);
    }
  }

  /** The new state, and its place in the journal. */
  private async take(found: Entries, knownChange: boolean): Promise<void> {
    const [newest] = await this.windows[0].store.read((db) => db.changes({ limit: 1 }));
    const change = model.changeBetween(newest?.group ?? 0, this.entries, found);
    const isNew = change.group > (this.history.at(-1)?.group ?? 0);
    if (knownChange || change.rows.size > 0) expect(isNew, 'in the journal').toBe(change.rows.size > 0);
    if (isNew) this.history.push(change);
    this.entries = found;
  }

  /** What the other window sees. */
  private async look(window: 0 | 1): Promise<Entries> {
    return this.windows[window === 0 ? 1 : 0].store.read((db) => {
      const ids = new Set(db.changes({ limit: 100_000 }).map(({ recordId }) => recordId));
      const all = [...ids].flatMap((id) => db.record(id, true) ?? []);
      const live = all.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id);
      expect(new Set(db.records().map(({ id }) => id))).toEqual(new Set(live));
      return new Map(all.map((record) => [record.id, entryOf(record)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
    });
  }

  /** The machine sleeps; whoever comes back is asked about it, now or later. */
  private async away({ minutes }: Of<'away'>, window: 0 | 1): Promise<void> {
    const { absences } = this.windows[window];
    const from = this.scene.now;
    const running = model.runningOf(this.entries)?.[1];
    const isSure = from === this.latest && running !== undefined && running.timeIn <= from;
    this.move(from + minutes * MINUTE);
    const to = this.scene.now;
    await absences.note([{ from, to, crashed: false }]);
    const asked = (await absences.questions()).map((question) => ({ from: question.from, to: question.to }));
    if (isSure) expect(asked).toContainEqual({ from, to });
    expect(await this.look(window)).toEqual(this.entries);
  }

  /** The rules of an absence have tests of their own; here only what the question said may go. */
  private async answer({ which, choice, where }: Of<'answer'>, window: 0 | 1): Promise<void> {
    const { absences } = this.windows[window];
    const questions = await absences.questions();
    const question = questions[which % Math.max(1, questions.length)];
    if (question === undefined) return;
    const { id, from, to, length, after } = question;
    const isOnePiece = length === to - from;
    const at = from + Math.floor((to - from) * where);
    await absences.resolve(id, choice.kind === 'stop' && isOnePiece ? { kind: 'stopAt', at } : choice);
    if (choice.kind === 'discard') this.ledger -= length;
    if (choice.kind === 'stop') this.ledger -= after + (isOnePiece ? to - at : length);
    const before = this.entries;
    await this.take(await this.look(window), false);
    this.inherit(before);
  }

  /** What was cut from a record whose times the user chose. */
  private inherit(before: Entries): void {
    const { rows } = model.changeBetween(0, before, this.entries);
    if ([...rows.keys()].some((id) => this.chosen.has(id))) for (const id of rows.keys()) this.chosen.add(id);
  }

  private check(): void {
    const { now } = this.scene;
    const live = [...this.entries].filter(([, entry]) => isLive(entry));
    const total = live.reduce((sum, [, entry]) => sum + worth(entry, now), 0);
    expect(total, 'total ms').toBe(this.ledger);
    expect(live.filter(([, { timeOut }]) => timeOut === null).length, 'running').toBeLessThanOrEqual(1);
    for (const [, { timeIn, timeOut }] of live) if (timeOut !== null) expect(timeOut).toBeGreaterThan(timeIn);
    const byTimer = live.flatMap(([id, entry]) => (this.chosen.has(id) ? [] : [entry]));
    const inOrder = byTimer.sort((a, b) => a.timeIn - b.timeIn);
    for (const [index, entry] of inOrder.slice(1).entries()) {
      const before = inOrder[index];
      expect(entry.timeIn, 'start after the end of the one before').toBeGreaterThanOrEqual(before?.timeOut ?? now);
    }
  }
}

function entryOf(record: TimeRecord): Entry {
  const { timeIn, timeOut, zone, issueKey, notes, source, deletedAt } = record;
  const typed = source === 'manual' || source === 'api';
  return { timeIn, timeOut, zone, issueKey, notes, typed, removed: deletedAt !== null };
}

/** The store's ids of the model's new records; fails when the two do not hold the same. */
function named(expected: Entries, found: Entries): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const left = new Map([...found].filter(([id]) => !expected.has(id)));
  for (const [id, entry] of expected) {
    const match = id.startsWith('+')
      ? [...left].find(([, other]) => isDeepStrictEqual(other, entry))?.[0]
      : found.has(id) && isDeepStrictEqual(found.get(id), entry)
        ? id
        : undefined;
    if (match === undefined) expect(found, `record ${id}`).toEqual(expected);
    else names.set(id, match);
    left.delete(match ?? '');
  }
  expect([...left.values()], 'nothing else').toEqual([]);
  return names;
}
