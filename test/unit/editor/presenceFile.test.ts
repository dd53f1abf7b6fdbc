import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPresenceFile } from '../../../src/editor/presence/presenceFile.ts';

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'timecard-presence-file-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('the file of signs of life', () => {
  it('gives back what was written, and leaves nothing else behind', async () => {
    const folder = await tempFolder();
    const file = createPresenceFile(folder);
    expect(await file.read()).toBeUndefined();
    await file.write({ lastSeen: 1, open: true });
    await file.write({ lastSeen: 2, open: false });
    expect(await file.read()).toEqual({ lastSeen: 2, open: false });
    expect(await readdir(folder)).toEqual(['presence.json']);
  });

  it('is never read half, whatever is written meanwhile', async () => {
    const folder = await tempFolder();
    const [one, two] = [createPresenceFile(folder), createPresenceFile(folder)];
    await one.write({ lastSeen: 0, open: true });
    const written = (async () => {
      for (let i = 1; i <= 100; i++) await one.write({ lastSeen: i, open: true });
    })();
    let done = false;
    void written.finally(() => {
      done = true;
    });
    while (!done) expect(await two.read()).toBeDefined();
    await written;
  });

  it('keeps the questions of an earlier version, and takes what it cannot understand for nothing', async () => {
    const folder = await tempFolder();
    const file = createPresenceFile(folder);
    const old = { lastSeen: 5, open: true, questions: [{ recordId: 'r', from: 1, to: 4 }] };
    await writeFile(join(folder, 'presence.json'), JSON.stringify(old));
    expect(await file.read()).toEqual(old);
    for (const text of ['', '{', '[]', '{"lastSeen":"now","open":true}']) {
      await writeFile(join(folder, 'presence.json'), text);
      expect(await file.read()).toBeUndefined();
    }
  });
});
