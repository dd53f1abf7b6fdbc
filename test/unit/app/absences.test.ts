import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Absences } from '../../../src/app/absences.ts';
import { Presence } from '../../../src/app/presence.ts';
import { RecordEdits } from '../../../src/app/recordEdits.ts';
import type { AbsenceChoice } from '../../../src/core/absence.ts';
import type { PresenceMark } from '../../../src/core/ports.ts';
import { LapseClock, Office, openWindow, quietLog, type Window } from './office.ts';

const MINUTE = 60_000;

/** Stands still until it is moved. */
class StillClock extends LapseClock {
  private readonly start = Date.parse('2026-10-24T18:00:00Z');

  override now(): number {
    return this.start + this.ahead;
  }
}

type Step =
  | { readonly does: 'work' | 'away'; readonly minutes: number }
  | { readonly does: 'decide'; readonly kind: AbsenceChoice['kind']; readonly share: number }
  | { readonly does: 'in' | 'out' | 'split' | 'takeBack' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('work' as const), minutes: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ does: fc.constant('away' as const), minutes: fc.integer({ min: 10, max: 600 }) }),
  fc.record({
    does: fc.constant('decide' as const),
    kind: fc.constantFrom('keep', 'discard', 'stop', 'stopAt', 'move'),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ does: fc.constantFrom('in', 'out', 'split', 'takeBack') }),
);

/** A window in which things happen, and what they did to the sum of all records. */
class Scene {
  private mark: PresenceMark | undefined;
  private readonly absences: Absences;
  private readonly presence: Presence;
  private readonly edits: RecordEdits;

  constructor(
    private readonly window: Window,
    private readonly clock: StillClock,
  ) {
    const { store, settings } = window;
    const deps = { store, clock, newId: randomUUID, settings };
    this.absences = new Absences(deps);
    this.edits = new RecordEdits(deps);
    const file = {
      read: async () => this.mark,
      write: async (mark: PresenceMark) => {
        this.mark = mark;
      },
    };
    this.presence = new Presence({ store, clock, settings, file, absences: this.absences, log: quietLog });
  }

  async begin(): Promise<void> {
    await this.presence.start();
    await this.window.timeClock.clockIn({ issueKey: 'DEMO-1' });
  }

  async take(taken: Step): Promise<void> {
    const [before, asked] = [await this.total(), await this.asked()];
    const change = await this.change(taken);
    await this.presence.here();
    expect((await this.total()) - before, JSON.stringify(taken)).toBe(change);
    if (taken.does === 'away') expect((await this.asked()) - asked).toBe(change);
    await this.checkRecords();
  }

  /** What a step should add to the sum of all records, in ms. */
  private async change(taken: Step): Promise<number> {
    switch (taken.does) {
      case 'work':
      case 'away':
        return this.pass(taken.minutes);
      case 'decide':
        return this.decide(taken.kind, taken.share);
      case 'takeBack':
        return this.takeBack();
      default:
        await this.clockOrSplit(taken.does);
        return 0;
    }
  }

  private async pass(minutes: number): Promise<number> {
    const runs = (await this.window.timeClock.current()) !== undefined;
    this.clock.ahead += minutes * MINUTE;
    await this.presence.here();
    return runs ? minutes * MINUTE : 0;
  }

  private async decide(kind: AbsenceChoice['kind'], share: number): Promise<number> {
    const question = this.presence.pending;
    if (question === undefined) return 0;
    const { from, to, length } = question;
    const at = Math.round(from + share * (to - from));
    const before = await this.total();
    await this.presence.decide(question.id, choiceOf(kind, at));
    if (kind === 'keep' || kind === 'move') return 0;
    const change = (await this.total()) - before;
    const lost = 0 - change;
    if (kind === 'discard') expect(lost).toBe(length);
    else expect(lost).toBeGreaterThanOrEqual(kind === 'stop' ? length : 0);
    return change;
  }

  /** Only what a decision took is given back, and all of it while nothing else was recorded in its time. */
  private async takeBack(): Promise<number> {
    const [last] = await this.absences.decided();
    if (last === undefined) return 0;
    const before = await this.total();
    try {
      await this.absences.takeBack(last.id);
    } catch {
      // Other records take the time by now.
      return 0;
    }
    const given = (await this.total()) - before;
    expect(given).toBeGreaterThanOrEqual(0);
    return given;
  }

  private async clockOrSplit(does: 'in' | 'out' | 'split'): Promise<void> {
    const { timeClock, records } = this.window;
    const running = await timeClock.current();
    const now = this.clock.now();
    if (does === 'in' && (running === undefined || running.timeIn < now))
      await timeClock.clockIn({ issueKey: 'DEMO-2' });
    if (does === 'out' && running !== undefined && running.timeIn < now) await timeClock.clockOut();
    if (does !== 'split') return;
    const [newest] = await records.list({ limit: 1 });
    if (newest === undefined) return;
    const at = Math.floor((newest.timeIn + (newest.timeOut ?? now)) / 2);
    if (at > newest.timeIn && at < (newest.timeOut ?? now)) await this.edits.split(newest.id, at);
  }

  private async total(): Promise<number> {
    const records = await this.window.records.list();
    return records.reduce((sum, { timeIn, timeOut }) => sum + (timeOut ?? this.clock.now()) - timeIn, 0);
  }

  private async asked(): Promise<number> {
    return (await this.absences.questions()).reduce((sum, { length }) => sum + length, 0);
  }

  private async checkRecords(): Promise<void> {
    const records = (await this.window.records.list()).toReversed();
    expect(records.filter(({ timeOut }) => timeOut === null).length).toBeLessThanOrEqual(1);
    records.forEach(({ timeIn, timeOut }, index) => {
      if (timeOut !== null) expect(timeOut).toBeGreaterThan(timeIn);
      const before = records[index - 1];
      if (before !== undefined) expect(timeIn).toBeGreaterThanOrEqual(before.timeOut ?? Number.POSITIVE_INFINITY);
    });
  }
}

function choiceOf(kind: AbsenceChoice['kind'], at: number): AbsenceChoice {
  if (kind === 'stopAt') return { kind, at };
  return kind === 'move' ? { kind, issueKey: 'MEET-1' } : { kind };
}

describe('time away, whatever happens meanwhile', () => {
  it('is asked about in full, and only what was decided on is lost, over the night the clocks go back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const folder = await mkdtemp(join(tmpdir(), 'timecard-absences-'));
        const clock = new StillClock();
        const window = await openWindow({ folder, clock });
        try {
          const scene = new Scene(window, clock);
          await scene.begin();
          for (const one of steps) await scene.take(one);
        } finally {
          await window.store.close();
          await rm(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

describe('time away in a record that Jira has', () => {
  it('is taken out of its worklog by the next sync, and comes back with the undoing', async () => {
    const office = await Office.open('cloud');
    try {
      const { store, clock, settings, timeClock, sync } = office.window;
      settings.split = false;
      const absences = new Absences({ store, clock, newId: randomUUID, settings });
      const begun = await timeClock.clockIn({ issueKey: 'DEMO-1' });
      clock.ahead += 180 * MINUTE;
      await timeClock.clockOut();
      await sync.push(undefined);
      const [from, to] = [begun.timeIn + 60 * MINUTE, begun.timeIn + 100 * MINUTE];
      expect(await absences.note([{ from, to, crashed: false }])).toBe(1);
      const [question] = await absences.questions();
      const minutes = () =>
        office
          .worklogs('DEMO-1')
          .map(({ timeSpentSeconds }) => timeSpentSeconds / 60)
          .toSorted((a, b) => a - b);
      expect(minutes()).toEqual([180]);

      await absences.resolve(question?.id ?? '', { kind: 'discard' });
      expect((await sync.push(undefined)).failed).toBe(0);
      expect(minutes()).toEqual([60, 80]);

      await absences.takeBack(question?.id ?? '');
      expect((await sync.push(undefined)).failed).toBe(0);
      expect(minutes()).toEqual([180]);

      await absences.resolve(question?.id ?? '', { kind: 'move', issueKey: 'DEMO-2' });
      expect((await sync.push(undefined)).failed).toBe(0);
      expect(minutes()).toEqual([60, 80]);
      expect(office.worklogs('DEMO-2').map(({ timeSpentSeconds }) => timeSpentSeconds / 60)).toEqual([40]);
    } finally {
      await office.close();
    }
  });
});
