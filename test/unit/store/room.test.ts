import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk, ROOM_FROM } from '../../../src/store/disk.ts';
import { loadSqlite, Sqlite } from '../../../src/store/sqlite.ts';
import { tempFolder, wasm } from './helpers.ts';

const WORD = 'grown';

async function fileOf(rows: number): Promise<string> {
  const db = new Sqlite(await loadSqlite(wasm));
  db.script('CREATE TABLE words (word TEXT)');
  for (let n = 0; n < rows; n += 1) db.run('INSERT INTO words VALUES (?)', ['x'.repeat(1_000)]);
  const path = join(await tempFolder(), 'words.sqlite');
  await writeFile(path, db.export());
  db.close();
  return path;
}

describe('a large file that was read', () => {
  it('grows into the room behind it without being copied', async () => {
    const { bytes, stamp } = await nodeDisk.read(await fileOf(1_200));
    expect(bytes.length).toBe(Number(stamp.size));
    const room = Buffer.from(bytes.buffer).subarray(bytes.length);
    expect(room.every((byte) => byte === 0)).toBe(true);
    const db = new Sqlite(await loadSqlite(wasm), bytes);
    db.transaction(() => {
      for (let n = 0; n < 20; n += 1) db.run('INSERT INTO words VALUES (?)', [WORD.repeat(200)]);
    });
    expect(room.includes(WORD)).toBe(true);
    const exported = new Sqlite(await loadSqlite(wasm), db.export());
    expect(exported.first('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' });
    expect(exported.number('SELECT count(*) FROM words')).toBe(1_220);
  });

  it('and needs more than the room is whole all the same', async () => {
    const { bytes } = await nodeDisk.read(await fileOf(1_200));
    const db = new Sqlite(await loadSqlite(wasm), bytes);
    db.transaction(() => {
      for (let n = 0; n < 600; n += 1) db.run('INSERT INTO words VALUES (?)', [WORD.repeat(200)]);
    });
    expect(db.size()).toBeGreaterThan(bytes.buffer.byteLength);
    const exported = db.export();
    expect(exported.length).toBe(db.size());
    expect(new Sqlite(await loadSqlite(wasm), exported).first('PRAGMA integrity_check')).toEqual({
      integrity_check: 'ok',
    });
  });
});

describe('a small file that was read', () => {
  it('has nothing behind it', async () => {
    const { bytes } = await nodeDisk.read(await fileOf(10));
    expect(bytes.length).toBeLessThan(ROOM_FROM);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });
});
