import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Absences } from '../../../src/app/absences.ts';
import { DayCheck } from '../../../src/app/dayCheck.ts';
import { RecordEdits } from '../../../src/app/recordEdits.ts';
import { TimeClock } from '../../../src/app/timeClock.ts';
import type { CommitSource } from '../../../src/core/ports.ts';
import type { CommitNote } from '../../../src/core/records.ts';
import { LapseClock, openWindow, type Window } from './office.ts';

const BRANCH = 'feature/PROJ-1-login';
const MINUTE = 60_000;

let folder: string;
let clock: LapseClock;
let window: Window;
let repository: { readonly branch: string; readonly note: CommitNote }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timecard-commits-'));
  clock = new LapseClock();
  // Around midnight a record would be split.
  clock.ahead = Date.parse('2026-11-23T09:00:00Z') - Date.now();
  window = await openWindow({ folder, clock });
  repository = [];
});
afterEach(async () => {
  await window.store.close();
  await rm(folder, { recursive: true, force: true });
});

const inRepository: CommitSource = {
  between: async (branch, from, to) =>
    repository
      .filter((each) => each.branch === branch && each.note.at >= from && each.note.at < to)
      .map(({ note }) => note),
};

function deps(commits: CommitSource = inRepository) {
  const { store, settings } = window;
  return { store, clock, newId: randomUUID, settings, commits };
}

const timeClock = (commits?: CommitSource) => new TimeClock(deps(commits));

function commit(subject: string, branch = BRANCH): void {
  repository.push({ branch, note: { at: clock.now(), subject } });
}

const subjectsOf = async (id: string) => (await window.records.get(id))?.commits.map(({ subject }) => subject);

describe('the commits of a record', () => {
  it('are those on its branch while it ran, kept on disk when it ends', async () => {
    commit('Earlier');
    clock.ahead += MINUTE;
    const { id } = await timeClock().clockIn({ issueKey: 'PROJ-1', branch: BRANCH });
    clock.ahead += MINUTE;
    commit('Fix login');
    commit('Elsewhere', 'main');
    clock.ahead += MINUTE;
    const [ended] = await timeClock().clockOut();
    expect(ended?.commits).toMatchObject([{ subject: 'Fix login' }]);
    expect(await subjectsOf(id)).toEqual(['Fix login']);
  });

  it.each([
    ['clocking in on another issue', () => timeClock().clockIn({ issueKey: 'PROJ-2' })],
    ['toggling', () => timeClock().toggle({})],
    ['a chosen end', () => timeClock().clockOut({ at: clock.now() - MINUTE })],
  ])('are kept by %s', async (_name, end) => {
    const { id } = await timeClock().clockIn({ issueKey: 'PROJ-1', branch: BRANCH });
    clock.ahead += MINUTE;
    commit('Fix login');
    clock.ahead += 5 * MINUTE;
    await end();
    expect(await subjectsOf(id)).toEqual(['Fix login']);
  });

  it('go with the part of a split record they were made in', async () => {
    clock.ahead = Date.parse('2026-11-23T22:30:00Z') - Date.now();
    await timeClock().clockIn({ issueKey: 'PROJ-1', branch: BRANCH });
    clock.ahead += 10 * MINUTE;
    commit('Before midnight');
    clock.ahead += 60 * MINUTE;
    commit('After midnight');
    clock.ahead += 10 * MINUTE;
    const parts = await timeClock().clockOut();
    expect(parts.map(({ commits }) => commits.map(({ subject }) => subject))).toEqual([
      ['Before midnight'],
      ['After midnight'],
    ]);
  });

  describe('of a record that is not ended by the clock', () => {
    /** An hour of work with a commit, one away, and one of work with another commit. */
    async function lunch() {
      const { id, timeIn } = await timeClock().clockIn({ issueKey: 'PROJ-1', branch: BRANCH });
      clock.ahead += 30 * MINUTE;
      commit('Morning');
      clock.ahead += 60 * MINUTE;
      clock.ahead += 30 * MINUTE;
      const absences = new Absences(deps());
      const gap = { from: timeIn + 60 * MINUTE, to: clock.now(), crashed: false };
      await absences.note([gap]);
      const [question] = await absences.questions();
      clock.ahead += 30 * MINUTE;
      commit('Afternoon');
      clock.ahead += 30 * MINUTE;
      return { id, timeIn, absences, question: question?.id ?? '' };
    }

    it.each(['discard', 'stop', 'move'] as const)('are kept by an answer about time away: %s', async (kind) => {
      const { id, absences, question } = await lunch();
      await absences.resolve(question, kind === 'move' ? { kind, issueKey: 'PROJ-2' } : { kind });
      expect(await subjectsOf(id)).toEqual(['Morning']);
      const rest = await timeClock().current();
      if (kind === 'stop') return expect(rest).toBeUndefined();
      await timeClock().clockOut();
      expect(await subjectsOf(rest?.id ?? '')).toEqual(['Afternoon']);
    });

    it('come back with the undoing of a decision on a finished record', async () => {
      const { id, absences, question } = await lunch();
      await timeClock().clockOut();
      await absences.resolve(question, { kind: 'discard' });
      expect(await subjectsOf(id)).toEqual(['Morning']);
      await absences.takeBack(question);
      expect(await subjectsOf(id)).toEqual(['Morning', 'Afternoon']);
    });

    it('are kept by a split', async () => {
      const { id, timeIn } = await lunch();
      const [first, rest] = await new RecordEdits(deps()).split(id, timeIn + 60 * MINUTE);
      expect(first.commits).toMatchObject([{ subject: 'Morning' }]);
      await timeClock().clockOut();
      expect([await subjectsOf(id), await subjectsOf(rest.id)]).toEqual([['Morning'], ['Afternoon']]);
    });

    it('are kept when another record is cut out of it', async () => {
      const { id, timeIn } = await lunch();
      const [from, to] = [timeIn + 60 * MINUTE, timeIn + 120 * MINUTE];
      await window.records.add({ timeIn: from, timeOut: to, issueKey: 'PROJ-2', source: 'manual' });
      const check = new DayCheck(deps());
      const [overlap] = (await check.findings({ from: timeIn, to: clock.now() })).flatMap((day) => day.overlaps);
      if (overlap === undefined) throw new Error('no overlap');
      await check.repair(overlap, 'cutEarlier');
      expect(await subjectsOf(id)).toEqual(['Morning']);
    });
  });

  it('do not stop a clock-out when they cannot be read', async () => {
    const { id } = await timeClock().clockIn({ issueKey: 'PROJ-1', branch: BRANCH });
    clock.ahead += MINUTE;
    await timeClock({ between: () => Promise.reject(new Error('gone')) }).clockOut();
    expect(await window.records.get(id)).toMatchObject({ commits: [] });
    expect((await window.records.get(id))?.timeOut).not.toBeNull();
  });

  it('are not given to a record that another window started meanwhile', async () => {
    const { id } = await timeClock().clockIn({ issueKey: 'PROJ-1', branch: BRANCH });
    clock.ahead += MINUTE;
    commit('Fix login');
    let second = '';
    const slow: CommitSource = {
      between: async (...stretch) => {
        const notes = await inRepository.between(...stretch);
        second = (await window.timeClock.clockIn({ issueKey: 'PROJ-2', branch: BRANCH })).id;
        return notes;
      },
    };
    await timeClock(slow).clockOut();
    expect(await subjectsOf(second)).toEqual([]);
    expect(await subjectsOf(id)).toEqual([]);
  });

  it('are not asked for without a branch or a running record', async () => {
    const never: CommitSource = { between: () => Promise.reject(new Error('asked')) };
    await timeClock(never).toggle({});
    clock.ahead += MINUTE;
    const [ended] = await timeClock(never).clockOut();
    expect(ended?.commits).toEqual([]);
  });
});
