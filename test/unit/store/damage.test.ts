import { mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SCHEMA_VERSION } from '../../../src/store/migrations/index.ts';
import { damages, edit } from './damages.ts';
import { ids, NOON, type Opened, open, record, synced, TestClock, tempFolder } from './helpers.ts';

const DAY = 86_400_000;

function database(folder: string): string {
  return join(folder, 'timecard.sqlite');
}

/** A closed database with the records `old` (in yesterday's backup) and `new` (not in it). */
async function filled(folder: string): Promise<TestClock> {
  const clock = new TestClock();
  const first = await open(folder, { clock });
  await first.store.commit((tx) => tx.insertRecord(record('old', { issueKey: 'PROJ-1' })));
  await first.store.commit((tx) => tx.insertRecord(record('new', { issueKey: 'PROJ-1' })));
  await first.store.close();
  return clock;
}

async function damagedFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('timecard.damaged-'));
}

describe('a database that was found with', () => {
  it.each(damages)('%s is set aside and the backup is restored', async (_name, damage) => {
    const folder = await tempFolder();
    const clock = await filled(folder);
    await damage(database(folder));
    const broken = await readFile(database(folder));

    const { store, notices } = await open(folder, { clock });
    expect(await ids(store)).toEqual(['old']);
    const [aside] = await damagedFiles(folder);
    expect(await readFile(join(folder, aside ?? ''))).toEqual(broken);
    await expect.poll(() => notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({ kind: 'restored', path: join(folder, aside ?? '') });
    expect(notices[0]?.message).toMatch(/backup of \d{4}-\d\d-\d\d \d\d:\d\d/);
    expect((await store.read((db) => db.record('old')))?.lookFirst).toBe(true);
    await store.commit((tx) => tx.insertRecord(record('next')));

    const again = await open(folder, { clock });
    expect(await ids(again.store)).toEqual(['next', 'old']);
    expect(again.notices).toEqual([]);
    expect((await again.store.read((db) => db.record('next')))?.lookFirst).toBe(false);
    expect(await damagedFiles(folder)).toHaveLength(1);
  });

  it('damage and no backup starts empty and says so', async () => {
    const folder = await tempFolder();
    await writeFile(database(folder), '');
    const { store, notices } = await open(folder);
    expect(await ids(store)).toEqual([]);
    await expect.poll(() => notices.map(({ kind }) => kind)).toEqual(['startedEmpty']);
    expect(await damagedFiles(folder)).toHaveLength(1);
  });

  it('damage in the newest backup too is restored from the one before', async () => {
    const folder = await tempFolder();
    const clock = await filled(folder);
    clock.ms += DAY;
    const next = await open(folder, { clock });
    await next.store.close();
    expect(await readdir(join(folder, 'backups'))).toHaveLength(2);
    await truncate(join(folder, 'backups', 'timecard-2026-11-25.sqlite'), 5_000);
    await truncate(database(folder), 5_000);
    const { store } = await open(folder, { clock });
    expect(await ids(store)).toEqual(['old']);
    expect(await readdir(join(folder, 'backups'))).toContain('timecard-2026-11-25.sqlite');
  });

  it('damage twice at the same instant keeps both damaged files', async () => {
    const folder = await tempFolder();
    const clock = await filled(folder);
    for (const text of ['first', 'second']) {
      await writeFile(database(folder), text);
      await (await open(folder, { clock })).store.close();
    }
    const names = await damagedFiles(folder);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    expect(texts.sort()).toEqual(['first', 'second']);
  });

  it('damage is recovered once by two windows that open at the same time', async () => {
    const folder = await tempFolder();
    const clock = await filled(folder);
    await truncate(database(folder), 0);
    const windows = await Promise.all([open(folder, { clock }), open(folder, { clock })]);
    expect(await damagedFiles(folder)).toHaveLength(1);
    for (const { store } of windows) expect(await ids(store)).toEqual(['old']);
  });

  it('no bytes at all, because it is gone, is restored from the backup', async () => {
    const folder = await tempFolder();
    const clock = await filled(folder);
    await rm(database(folder));
    const { store, notices } = await open(folder, { clock });
    expect(await ids(store)).toEqual(['old']);
    await expect.poll(() => notices.map(({ kind }) => kind)).toEqual(['restored']);
  });
});

describe('a single row that makes no sense', () => {
  it('hides nothing else and stays in the file', async () => {
    const folder = await tempFolder();
    const clock = await filled(folder);
    await edit(database(folder), (db) => db.exec("UPDATE time_records SET worklog = '{oops' WHERE id = 'new'"));
    const { store, log, notices } = await open(folder, { clock });
    expect(await ids(store)).toEqual(['old']);
    expect(await store.read((db) => db.record('new'))).toBeUndefined();
    expect(log.lines.filter((line) => line.includes('time_records new'))).toHaveLength(1);
    await store.commit((tx) => tx.insertRecord(record('next')));
    let rows: unknown;
    await edit(database(folder), (db) => {
      rows = db.exec("SELECT worklog FROM time_records WHERE id = 'new'")[0]?.values;
    });
    expect(rows).toEqual([['{oops']]);
    expect(notices).toEqual([]);
  });
});

describe('a file from a newer version', () => {
  it('is read, not written, and kept as it is', async () => {
    const folder = await tempFolder();
    const clock = await filled(folder);
    await edit(database(folder), (db) =>
      db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}; ALTER TABLE time_records ADD COLUMN x TEXT`),
    );
    const before = await readFile(database(folder));
    const { store, notices } = await open(folder, { clock });
    expect(await ids(store)).toEqual(['new', 'old']);
    const refused = store.commit((tx) => tx.insertRecord(record('next')));
    await expect(refused).rejects.toMatchObject({ reason: 'storageNewer' });
    await expect.poll(() => notices.map(({ kind }) => kind)).toEqual(['newer']);
    expect(await readFile(database(folder))).toEqual(before);
    expect(await readdir(join(folder, 'backups'))).toHaveLength(1);
  });

  it('whose tables are strangers answers with the reason', async () => {
    const folder = await tempFolder();
    const clock = await filled(folder);
    await edit(database(folder), (db) =>
      db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}; ALTER TABLE time_records RENAME TO r`),
    );
    const { store } = await open(folder, { clock });
    await expect(ids(store)).rejects.toMatchObject({ reason: 'storageNewer' });
  });
});

describe('while the database is open', () => {
  async function running(folder: string): Promise<Opened> {
    const clock = await filled(folder);
    return open(folder, { clock });
  }

  it('another program damages it: what is in memory is written again', async () => {
    const folder = await tempFolder();
    const { store, notices } = await running(folder);
    await truncate(database(folder), 100);
    expect(await ids(store)).toEqual(['new', 'old']);
    await expect.poll(() => notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({ kind: 'restored', message: expect.stringContaining('in memory') });
    const other = await open(folder);
    expect(await ids(other.store)).toEqual(['new', 'old']);
    expect(await damagedFiles(folder)).toEqual([basename(notices[0]?.path ?? '')]);
  });

  it('it is removed: what is in memory is written again', async () => {
    const folder = await tempFolder();
    const { store, notices } = await running(folder);
    await rm(database(folder));
    await store.commit((tx) => tx.insertRecord(record('next')));
    expect(await ids((await open(folder)).store)).toEqual(['new', 'next', 'old']);
    expect(notices.map(({ kind }) => kind)).toEqual(['restored']);
  });

  it('its folder is removed: the folder and the file are made again', async () => {
    const folder = await tempFolder();
    const { store } = await running(folder);
    await rm(folder, { recursive: true });
    await store.commit((tx) => tx.insertRecord(record('next')));
    expect(await ids((await open(folder)).store)).toEqual(['new', 'next', 'old']);
  });

  it('another window commits unnoticed: the next commit builds on it', async () => {
    const folder = await tempFolder();
    const { store } = await running(folder);
    const other = await open(folder);
    await other.store.commit((tx) => tx.updateRecord(record('old', { notes: 'changed there' })));
    await store.commit((tx) => tx.insertRecord(record('next')));
    expect((await store.read((db) => db.record('old')))?.notes).toBe('changed there');
  });
});

describe('daily backups', () => {
  it('are one for each local day, and as many as asked for', async () => {
    const folder = await tempFolder();
    const clock = new TestClock();
    const { store } = await open(folder, { clock, backups: 3 });
    for (let day = 0; day < 6; day += 1) {
      clock.ms = NOON + day * DAY;
      await store.commit((tx) => tx.insertRecord(record(`a${day}`)));
      await store.commit((tx) => tx.insertRecord(record(`b${day}`)));
    }
    expect((await readdir(join(folder, 'backups'))).sort()).toEqual([
      'timecard-2026-11-27.sqlite',
      'timecard-2026-11-28.sqlite',
      'timecard-2026-11-29.sqlite',
    ]);
  });

  it('follow the day of the user, not of UTC', async () => {
    const folder = await tempFolder();
    const clock = new TestClock(Date.UTC(2026, 10, 24, 23, 30));
    const { store } = await open(folder, { clock });
    await store.commit((tx) => tx.insertRecord(record('a')));
    await store.commit((tx) => tx.insertRecord(record('b')));
    expect(await readdir(join(folder, 'backups'))).toEqual(['timecard-2026-11-25.sqlite']);
  });

  it('from a day that a wrong clock made up do not pass for the newest', async () => {
    const folder = await tempFolder();
    const clock = new TestClock(Date.UTC(2099, 0, 1));
    const one = await open(folder, { clock });
    await one.store.commit((tx) => tx.insertRecord(record('a')));
    await one.store.commit((tx) => tx.insertRecord(record('b')));
    clock.ms = NOON;
    await one.store.commit((tx) => tx.insertRecord(record('c')));
    await one.store.close();
    await truncate(database(folder), 0);
    const { store } = await open(folder, { clock });
    expect(await ids(store)).toEqual(['a', 'b']);
  });

  it('go on when a clock that was ahead for long is right again', async () => {
    const folder = await tempFolder();
    const clock = new TestClock();
    const { store } = await open(folder, { clock, backups: 3 });
    const commitOn = async (day: number, id: string) => {
      clock.ms = NOON + day * DAY;
      await store.commit((tx) => tx.insertRecord(record(id)));
    };
    await commitOn(0, 'first');
    for (const day of [1_000, 1_001, 1_002, 1_003]) await commitOn(day, `ahead-${day}`);
    const found: string[][] = [];
    for (const day of [1, 2, 3]) {
      await commitOn(day, `right-${day}`);
      found.push((await readdir(join(folder, 'backups'))).sort());
    }
    expect(found).toEqual([
      ['timecard-2026-11-25.sqlite', 'timecard-2029-08-22.sqlite', 'timecard-2029-08-23.sqlite'],
      ['timecard-2026-11-25.sqlite', 'timecard-2026-11-26.sqlite', 'timecard-2029-08-23.sqlite'],
      ['timecard-2026-11-25.sqlite', 'timecard-2026-11-26.sqlite', 'timecard-2026-11-27.sqlite'],
    ]);
  });

  it('that a clock that is behind for a moment makes go again, and the others stay', async () => {
    const folder = await tempFolder();
    const clock = new TestClock();
    const { store } = await open(folder, { clock, backups: 3 });
    await store.commit((tx) => tx.insertRecord(record('first')));
    for (const day of [0, 1, 2, -20_000, 3]) {
      clock.ms = NOON + day * DAY;
      await store.commit((tx) => tx.insertRecord(record(`on-${day}`)));
    }
    expect((await readdir(join(folder, 'backups'))).sort()).toEqual([
      'timecard-2026-11-25.sqlite',
      'timecard-2026-11-26.sqlite',
      'timecard-2026-11-27.sqlite',
    ]);
  });

  it('that cannot be made do not stop a commit', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'backups'), 'in the way');
    const { store, log } = await open(folder);
    await store.commit((tx) => tx.insertRecord(record('a')));
    await store.commit((tx) => tx.insertRecord(record('b')));
    expect(log.lines.join()).toContain('backup could not be made');
  });
});

describe('what killed processes left', () => {
  it('is removed at open, and what belongs to somebody alive is not', async () => {
    const folder = await tempFolder();
    await mkdir(folder, { recursive: true });
    const dead = join(folder, 'timecard.sqlite.999999999-abc123.tmp');
    const alive = join(folder, `timecard.sqlite.${process.pid}-abc123.tmp`);
    const foreign = join(folder, 'notes.tmp');
    for (const path of [dead, alive, foreign]) await writeFile(path, 'x');
    await open(folder);
    const names = await readdir(folder);
    expect(names).not.toContain(basename(dead));
    expect(names).toEqual(expect.arrayContaining([basename(alive), basename(foreign)]));
  });
});

describe('a database moved to another machine by hand', () => {
  it('opens with everything in it', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder);
    await store.commit((tx) => tx.insertRecord(synced(record('a', { issueKey: 'PROJ-1' }), 'w1')));
    await store.close();
    const other = await tempFolder();
    await rename(database(folder), database(other));
    const moved = await open(other);
    expect(await moved.store.read((db) => db.worklogOwner('c1', 'w1'))).toBe('a');
    expect(moved.notices).toEqual([]);
  });
});
