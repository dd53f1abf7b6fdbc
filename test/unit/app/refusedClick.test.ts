import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StoreNotice } from '../../../src/core/storePorts.ts';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import { LapseClock, openWindow, type Window } from './office.ts';

/* What the disk refused waits in memory and is applied again, after whatever other windows did meanwhile. */

const MINUTE = 60_000;

class FullDisk {
  isFull = false;
  readonly disk: Disk = {
    ...nodeDisk,
    writeNew: async (...what) => {
      if (this.isFull) throw Object.assign(new Error('ENOSPC: made up'), { code: 'ENOSPC', syscall: 'write' });
      return nodeDisk.writeNew(...what);
    },
  };
}

interface Desk {
  /** The one whose disk can be full. */
  readonly mine: Window;
  readonly other: Window;
  readonly full: FullDisk;
  readonly clock: LapseClock;
  readonly notices: readonly StoreNotice[];
}

async function desk(): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'timecard-refused-'));
  const clock = new LapseClock();
  // Around midnight a record would be split.
  clock.ahead = Date.parse('2026-11-23T09:00:00Z') - Date.now();
  const full = new FullDisk();
  const mine = await openWindow({ folder, clock, disk: full.disk });
  const other = await openWindow({ folder, clock });
  const notices: StoreNotice[] = [];
  mine.store.onNotice((notice) => notices.push(notice));
  onTestFinished(async () => {
    await Promise.all([mine.store.close(), other.store.close()]);
    await rm(folder, { recursive: true, force: true });
  });
  return { mine, other, full, clock, notices };
}

async function refused({ full, clock }: Desk, click: () => Promise<unknown>): Promise<void> {
  full.isFull = true;
  await expect(click()).rejects.toMatchObject({ reason: 'storageFull' });
  full.isFull = false;
  clock.ahead += MINUTE;
}

function addSomething({ clock }: Desk, window: Window): Promise<unknown> {
  const [timeIn, timeOut] = [clock.now() - 60 * MINUTE, clock.now() - 50 * MINUTE];
  return window.records.add({ timeIn, timeOut, issueKey: null, notes: '', source: 'manual' });
}

const keysOf = async ({ other }: Desk) => (await other.records.list()).map(({ issueKey }) => issueKey);

describe('a click that the disk refused', () => {
  it.each([
    ['toggle', (window: Window) => window.timeClock.toggle({ issueKey: 'PROJ-1' })],
    ['clockIn', (window: Window) => window.timeClock.clockIn({ issueKey: 'PROJ-1' })],
  ])('(%s) leaves alone what another window began since, and the user is told', async (_name, click) => {
    const at = await desk();
    await refused(at, () => click(at.mine));
    const theirs = await at.other.timeClock.toggle({ issueKey: 'PROJ-2' });
    at.clock.ahead += MINUTE;
    await addSomething(at, at.mine);
    expect((await at.other.timeClock.current())?.id).toBe(theirs?.id);
    expect(at.notices.map(({ message }) => message).join()).toContain('and PROJ-2 runs now');
  });

  it.each([
    ['toggle', (window: Window) => window.timeClock.toggle({})],
    ['clockOut', (window: Window) => window.timeClock.clockOut()],
    ['amendRunning', (window: Window) => window.timeClock.amendRunning({ notes: 'typed for PROJ-1' })],
  ])('(%s) does nothing to another record than it was made on', async (_name, click) => {
    const at = await desk();
    await at.other.timeClock.clockIn({ issueKey: 'PROJ-1' });
    at.clock.ahead += MINUTE;
    await refused(at, () => click(at.mine));
    const theirs = await at.other.timeClock.clockIn({ issueKey: 'PROJ-2' });
    at.clock.ahead += MINUTE;
    await addSomething(at, at.mine);
    expect(await at.other.timeClock.current()).toEqual(theirs);
  });

  it('does not start the timer that it stopped, when another window stopped it too', async () => {
    const at = await desk();
    await at.other.timeClock.clockIn({ issueKey: 'PROJ-1' });
    at.clock.ahead += MINUTE;
    await refused(at, () => at.mine.timeClock.toggle({ issueKey: 'PROJ-3' }));
    await at.other.timeClock.clockOut();
    await at.mine.store.commit(() => undefined);
    expect(await at.other.timeClock.current()).toBeUndefined();
    expect(await keysOf(at)).toEqual(['PROJ-1']);
  });

  it('is saved when nobody used the timer meanwhile, one after another', async () => {
    const at = await desk();
    await refused(at, () => at.mine.timeClock.toggle({ issueKey: 'PROJ-1' }));
    await refused(at, () => at.mine.timeClock.clockIn({ issueKey: 'PROJ-2' }));
    await addSomething(at, at.other);
    await at.mine.store.commit(() => undefined);
    expect(await keysOf(at)).toEqual(['PROJ-2', 'PROJ-1', null]);
    expect((await at.other.timeClock.current())?.issueKey).toBe('PROJ-2');
  });
});
