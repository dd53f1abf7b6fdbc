import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { first } from '../../../src/store/migrations/0001-first.ts';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from '../../../src/store/migrations/index.ts';
import {
  attemptColumns,
  type Columns,
  connectionColumns,
  orphanColumns,
  recordColumns,
} from '../../../src/store/rows.ts';
import { loadSqlite, Sqlite } from '../../../src/store/sqlite.ts';
import { COMMIT_STEPS, type CommitStep, openStore } from '../../../src/store/store.ts';
import { finish, start } from './children.ts';
import {
  attempt,
  connection,
  ids,
  NOON,
  open,
  record,
  synced,
  TestClock,
  TestLog,
  tempFolder,
  wasm,
} from './helpers.ts';

const BACKUP = `timecard-before-v${SCHEMA_VERSION}.sqlite`;
const DAY = 86_400_000;

const ISSUE = {
  key: 'PROJ-1',
  id: '10001',
  summary: 'Log in',
  status: 'Done',
  statusCategory: 'done',
  assignee: null,
  project: 'PROJ',
  issueType: 'Task',
  url: 'https://example.atlassian.net/browse/PROJ-1',
};

function databaseIn(folder: string): string {
  return join(folder, 'timecard.sqlite');
}

function insert(db: Sqlite, table: string, columns: Columns): void {
  const known = new Set(db.all(`PRAGMA table_info(${table})`).map(({ name }) => String(name)));
  const old = Object.entries(columns).filter(([name]) => known.has(name));
  const places = old.map(() => '?').join();
  db.run(
    `INSERT INTO ${table} (${old.map(([name]) => name).join()}) VALUES (${places})`,
    old.map(([, value]) => value),
  );
}

/** A file as the first release wrote it, with rows in every table. */
async function firstVersionFile(folder: string): Promise<Buffer> {
  const db = new Sqlite(await loadSqlite(wasm));
  migrate(db, [first]);
  insert(db, 'jira_connections', connectionColumns(connection('c1')));
  insert(db, 'jira_connections', connectionColumns(connection('c0', { deployment: 'dataCenter', authType: 'pat' })));
  const kept = synced(record('synced', { issueKey: 'PROJ-1', notes: 'Grüße', branch: 'feature/PROJ-1' }), 'w1');
  insert(db, 'time_records', recordColumns(kept));
  insert(db, 'time_records', recordColumns(record('plain')));
  insert(db, 'time_records', recordColumns(record('removed', { deletedAt: NOON })));
  insert(db, 'time_records', recordColumns(record('running', { timeIn: NOON, timeOut: null })));
  insert(db, 'jira_sync_logs', attemptColumns(attempt('synced', { status: 'success', worklogId: 'w1' })));
  insert(db, 'jira_sync_logs', attemptColumns(attempt('removed', { status: 'failed', reason: 'forbidden' })));
  const orphan = { connectionId: 'c1', issueId: '10001', issueKey: 'PROJ-1', worklogId: 'w9', recordId: 'removed' };
  insert(db, 'jira_orphan_worklogs', orphanColumns({ ...orphan, createdAt: NOON }));
  const cached = { connection_id: 'c1', issue_key: 'PROJ-1', issue: JSON.stringify(ISSUE), fetched_at: NOON };
  insert(db, 'jira_cached_issues', cached);
  await writeFile(databaseIn(folder), db.export());
  db.close();
  return readFile(databaseIn(folder));
}

interface Contents {
  readonly version: number;
  readonly integrity: unknown;
  readonly foreignKeys: readonly unknown[];
  readonly rows: Readonly<Record<string, number>>;
}

async function contentsOf(path: string): Promise<Contents> {
  const db = new Sqlite(await loadSqlite(wasm), await readFile(path));
  const contents = {
    version: db.number('PRAGMA user_version'),
    integrity: db.all('PRAGMA integrity_check'),
    foreignKeys: db.all('PRAGMA foreign_key_check'),
    rows: Object.fromEntries(Object.keys(ALL_ROWS).map((name) => [name, db.number(`SELECT count(*) FROM ${name}`)])),
  };
  db.close();
  return contents;
}

const ALL_ROWS = {
  jira_connections: 2,
  time_records: 4,
  jira_sync_logs: 2,
  jira_orphan_worklogs: 1,
  jira_cached_issues: 1,
};
const MIGRATED = {
  version: SCHEMA_VERSION,
  integrity: [{ integrity_check: 'ok' }],
  foreignKeys: [],
  rows: ALL_ROWS,
};

describe('a file of the first version', () => {
  it('is on disk with the present schema once it was opened, with every row', async () => {
    const folder = await tempFolder();
    await firstVersionFile(folder);
    const { store, notices, log } = await open(folder);
    expect(await contentsOf(databaseIn(folder))).toEqual(MIGRATED);
    const found = await store.read((db) => ({
      connections: db.connections(),
      records: db.records().map(({ id, commits }) => ({ id, commits })),
      removed: db.record('removed', true)?.deletedAt,
      owner: db.worklogOwner('c1', 'w1'),
      attempts: db.attempts().map(({ recordId, status }) => [recordId, status]),
      orphans: db.orphans(),
      issue: db.cachedIssue('PROJ-1'),
    }));
    expect(found).toEqual({
      connections: [connection('c1'), connection('c0', { deployment: 'dataCenter', authType: 'pat' })],
      records: ['running', 'plain', 'synced'].map((id) => ({ id, commits: [] })),
      removed: NOON,
      owner: 'synced',
      attempts: [
        ['removed', 'failed'],
        ['synced', 'success'],
      ],
      orphans: [expect.objectContaining({ worklogId: 'w9', recordId: 'removed' })],
      issue: ISSUE,
    });
    expect([notices, log.lines.filter((line) => !line.startsWith('info'))]).toEqual([[], []]);
  });

  it('is kept as it was in the backups, where it stays while daily ones go', async () => {
    const folder = await tempFolder();
    const before = await firstVersionFile(folder);
    const clock = new TestClock();
    const { store } = await open(folder, { clock, backups: 2 });
    expect(await readFile(join(folder, 'backups', BACKUP))).toEqual(before);
    for (let day = 1; day < 6; day += 1) {
      clock.ms = NOON + day * DAY;
      await store.commit((tx) => tx.insertRecord(record(`day-${day}`)));
    }
    expect((await readdir(join(folder, 'backups'))).sort()).toEqual([
      'timecard-2026-11-28.sqlite',
      'timecard-2026-11-29.sqlite',
      BACKUP,
    ]);
    expect(await readFile(join(folder, 'backups', BACKUP))).toEqual(before);
  });

  it('that is opened again changes nothing more', async () => {
    const folder = await tempFolder();
    await firstVersionFile(folder);
    await (await open(folder)).store.close();
    const after = await readFile(databaseIn(folder));
    const { store } = await open(folder);
    expect(await ids(store)).toEqual(['plain', 'running', 'synced']);
    expect(await readFile(databaseIn(folder))).toEqual(after);
  });

  it('is restored from that backup when nothing newer is good', async () => {
    const folder = await tempFolder();
    await firstVersionFile(folder);
    const { store } = await open(folder);
    await store.close();
    for (const name of await readdir(join(folder, 'backups'))) {
      if (name !== BACKUP) await writeFile(join(folder, 'backups', name), '');
    }
    await writeFile(databaseIn(folder), '');
    const again = await open(folder);
    expect(await ids(again.store)).toEqual(['plain', 'running', 'synced']);
    expect(await contentsOf(databaseIn(folder))).toMatchObject({ version: SCHEMA_VERSION, rows: ALL_ROWS });
  });

  it('whose backup cannot be made is opened and migrated all the same, and the log says so', async () => {
    const folder = await tempFolder();
    await firstVersionFile(folder);
    await writeFile(join(folder, 'backups'), 'in the way');
    const { store, log } = await open(folder);
    expect(await ids(store)).toEqual(['plain', 'running', 'synced']);
    expect(await contentsOf(databaseIn(folder))).toEqual(MIGRATED);
    expect(log.lines.join()).toContain("before the database's new version could not be made");
  });

  it('is migrated once by two windows that open at the same time', async () => {
    const folder = await tempFolder();
    await firstVersionFile(folder);
    const renames: string[] = [];
    const hooks = (name: string) => ({ at: (step: CommitStep) => void (step === 'renamed' && renames.push(name)) });
    const windows = await Promise.all(['a', 'b'].map((name) => open(folder, { hooks: hooks(name) })));
    expect(renames).toHaveLength(1);
    for (const { store } of windows) expect(await ids(store)).toEqual(['plain', 'running', 'synced']);
    await windows[0]?.store.commit((tx) => tx.insertRecord(record('next')));
    expect(await windows[1]?.store.read((db) => db.record('next')?.id)).toBe('next');
    expect(await contentsOf(databaseIn(folder))).toMatchObject({ version: SCHEMA_VERSION });
  });
});

describe('a process killed while it migrates', () => {
  const steps: readonly CommitStep[] = ['backedUp', 'tempWritten', 'renamed', 'settled'];
  const written = COMMIT_STEPS.indexOf('renamed');

  it.each(steps)(
    'at "%s" leaves the old file whole or the new one, and the next window finishes',
    async (dieAt) => {
      const folder = await tempFolder();
      const before = await firstVersionFile(folder);
      const { signal } = await finish(start({ folder, kind: 'insert', dieAt }));
      expect(signal).toBe('SIGKILL');
      if (COMMIT_STEPS.indexOf(dieAt) < written) expect(await readFile(databaseIn(folder))).toEqual(before);
      else expect(await contentsOf(databaseIn(folder))).toEqual(MIGRATED);
      const store = await openStore({
        folder,
        wasm,
        clock: new TestClock(),
        log: new TestLog(),
        watch: false,
        lockStaleMs: 2_000,
      });
      expect(await contentsOf(databaseIn(folder))).toEqual(MIGRATED);
      expect(await readFile(join(folder, 'backups', BACKUP))).toEqual(before);
      await store.close();
    },
    30_000,
  );
});

describe('a window that still runs the first version', () => {
  afterEach(() => {
    vi.doUnmock('../../../src/store/migrations/index.ts');
    vi.resetModules();
  });

  /** The store as it was when there was one schema. */
  async function oldStore(): Promise<typeof import('../../../src/store/store.ts')> {
    vi.resetModules();
    vi.doMock('../../../src/store/migrations/index.ts', () => ({
      APPLICATION_ID,
      SCHEMA_VERSION: 1,
      migrate: (db: Sqlite) => migrate(db, [first]),
    }));
    return import('../../../src/store/store.ts');
  }

  it('reads on, writes no more and says why, once another window has migrated', async () => {
    const folder = await tempFolder();
    await firstVersionFile(folder);
    const old = await oldStore();
    const clock = new TestClock();
    const store = await old.openStore({ folder, wasm, clock, log: new TestLog(), watch: false });
    const notices: string[] = [];
    store.onNotice(({ kind }) => notices.push(kind));
    const count = () => store.read((db) => db.countRecords());
    expect([await count(), notices]).toEqual([3, []]);

    await (await open(folder)).store.close();
    const migrated = await readFile(databaseIn(folder));

    expect(await count()).toBe(3);
    const refused = store.commit((tx) => tx.removeOrphan('c1', 'w9'));
    await expect(refused).rejects.toMatchObject({ reason: 'storageNewer' });
    await expect.poll(() => notices).toEqual(['newer']);
    await store.close();
    expect(await readFile(databaseIn(folder))).toEqual(migrated);
  });
});
