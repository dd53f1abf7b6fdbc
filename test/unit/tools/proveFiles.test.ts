import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk } from '../../../src/store/disk.ts';
import { backupProblems, backupsNow, keepBackups } from '../../../tools/prove/support/backupCheck.ts';
import { tellingBackups } from '../../../tools/prove/support/backupSteps.ts';
import { fairnessProblems, shareOf } from '../../../tools/prove/support/fairness.ts';
import { integrityProblems } from '../../../tools/prove/support/integrity.ts';
import { afterKills, leftoverProblems, NO_LEFTOVERS } from '../../../tools/prove/support/leftovers.ts';
import { fill, work } from '../../../tools/prove/support/work.ts';
import { open, tempFolder } from '../store/helpers.ts';

const OLD = 3;
const WITH_JOURNAL = { journalFrom: 0, foldFrom: 1_000_000 };

/** A database with a backup that has the change `a`, and without `b`, which came later. */
async function backedUp(limits = {}, more = {}): Promise<string> {
  const folder = await tempFolder();
  const first = await open(folder, { ...limits, backups: 1 });
  await first.store.commit((tx) => fill(tx, OLD));
  await first.store.close();
  await rm(join(folder, 'backups'), { recursive: true, force: true });
  const { store } = await open(folder, { ...limits, ...more });
  await store.commit((tx) => work(tx, 'b'));
  await store.close();
  return folder;
}

const NONE = { acknowledged: new Set<string>(), inDoubt: new Set(['b']), old: OLD };

async function backupPath(folder: string, kind: 'sqlite' | 'journal'): Promise<string> {
  const name = (await readdir(join(folder, 'backups'))).find((one) => one.endsWith(`.${kind}`));
  return join(folder, 'backups', name ?? 'none');
}

describe('the look at backups', () => {
  it.each([
    ['without a journal', {}],
    ['with one', WITH_JOURNAL],
  ])('finds nothing wrong with a whole one %s', async (_what, limits) => {
    expect(await backupProblems(await backedUp(limits), NONE)).toEqual([]);
  });

  it('finds a torn copy that counts as one', async () => {
    const folder = await backedUp();
    await truncate(await backupPath(folder, 'sqlite'), 5_000);
    expect((await backupProblems(folder, NONE)).length).toBeGreaterThan(1);
  });

  it('finds one whose journal is not there', async () => {
    const folder = await backedUp(WITH_JOURNAL);
    await rm(await backupPath(folder, 'journal'));
    expect((await backupProblems(folder, NONE)).join('\n')).toContain('its journal is missing');
  });

  it('finds one from before a change that it must have', async () => {
    const expected = { ...NONE, acknowledged: new Set(['b']) };
    expect(await backupProblems(await backedUp(), expected)).toEqual([
      'restored from the backups: b was acknowledged and is lost',
    ]);
  });

  it('takes no temporary file for one', async () => {
    const folder = await backedUp();
    const path = await backupPath(folder, 'sqlite');
    await writeFile(`${path}.0123456789ab.tmp`, (await readFile(path)).subarray(0, 5_000));
    expect(await backupProblems(folder, NONE)).toEqual([]);
  });

  it('keeps them as they were', async () => {
    const folder = await backedUp();
    const kept = await keepBackups(folder);
    expect(await backupsNow(folder)).toBe(kept.stamps);
    await truncate(await backupPath(folder, 'sqlite'), 5_000);
    expect(await backupsNow(folder)).not.toBe(kept.stamps);
    expect(await backupProblems(kept.folder, NONE)).toEqual([]);
    await kept.remove();
  });
});

it('tells every step of a backup in order', async () => {
  const steps: string[] = [];
  await backedUp(WITH_JOURNAL, { disk: tellingBackups(nodeDisk, (step) => void steps.push(step)) });
  expect(steps).toEqual([
    ...['backupHalfCopied', 'backupCopied', 'backupJournalHalfCopied', 'backupJournalCopied'],
    ...['backupJournalRenamed', 'backupRenamed'],
  ]);
});

it('finds a database whose journal is not there', async () => {
  const folder = await backedUp(WITH_JOURNAL);
  expect(await integrityProblems(folder)).toEqual([]);
  for (const name of await readdir(folder)) if (name.endsWith('.journal')) await rm(join(folder, name));
  expect(await integrityProblems(folder)).toEqual(['its journal is missing']);
});

describe('the look at what is left in the folder', () => {
  const journal = (n: number) => `timecard.${String(n).padStart(16, '0')}.journal`;
  const USUAL = ['timecard.sqlite', 'timecard.sqlite.owner', 'sync.owner', 'backups', journal(1), journal(2)];
  const problems = (names: readonly string[], killed = 0, journaled = true) =>
    leftoverProblems(names, afterKills(NO_LEFTOVERS, killed, journaled), [/^acknowledged$/]);

  it('finds nothing wrong with what belongs there', () => {
    const backups = ['backups/timecard-2026-11-24.sqlite', 'backups/timecard-2026-11-24.journal'];
    expect(problems([...USUAL, ...backups, 'backups/timecard-before-v7.sqlite', 'acknowledged'])).toEqual([]);
  });

  it.each(['timecard.sqlite.lock', 'sync.lock', 'other.tmp', 'backups/other.sqlite', 'backups/timecard.sqlite'])(
    'finds %s',
    (name) => {
      expect(problems([...USUAL, name])).toEqual([`${name} is left in the folder`]);
    },
  );

  it.each([
    ['journals', journal(3)],
    ['temporary journals', `${journal(3)}.tmp`],
    ['temporary backups', 'backups/timecard-2026-11-24.sqlite.0123456789ab.tmp'],
  ])('finds more %s than were killed', (kind, name) => {
    expect(problems([...USUAL, name], 1)).toEqual([]);
    expect(problems([...USUAL, name])).toHaveLength(1);
    expect(problems([...USUAL, name])[0]).toContain(kind);
  });

  it('finds a temporary database of a dead process, however many were killed', () => {
    expect(problems([...USUAL, 'timecard.sqlite.12-0123456789ab.tmp'], 5)).toHaveLength(1);
  });

  it('finds a journal beside a database that has none', () => {
    expect(problems(['timecard.sqlite', journal(1)], 1, false)).toHaveLength(1);
  });
});

describe('the judge of fair waiting', () => {
  it('lets shares pass that chance makes', () => {
    expect(fairnessProblems([30, 22, 25, 40])).toEqual([]);
    expect(shareOf([30, 20])).toBe(1.5);
  });

  it('finds a window that hardly had a turn', () => {
    expect(fairnessProblems([50, 40, 10, 45])).toEqual(['one window had 5.00 times as many changes as another']);
    expect(fairnessProblems([90, 0])).toHaveLength(1);
  });

  it('does not judge a few changes, or one window alone', () => {
    expect(fairnessProblems([9, 2, 5])).toEqual([]);
    expect(fairnessProblems([100])).toEqual([]);
    expect(shareOf([100])).toBeUndefined();
  });
});
