import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { holdsToken, searchArguments, searchFiles } from '../../../tools/support/tokenSearch.ts';
import { tempFolder } from '../store/helpers.ts';

const TOKEN = 'ATATT3x-secret+of/mia=AB12';

describe('the search for tokens', () => {
  it.each([
    ['as it is', TOKEN],
    ['in a URL', encodeURIComponent(TOKEN)],
    ['in hexadecimal', Buffer.from(TOKEN).toString('hex')],
    ...['', 'm:', 'mia:', 'mia@example.invalid:'].map((before) => [
      `in Base64 after "${before}"`,
      Buffer.from(`${before}${TOKEN}:more`).toString('base64'),
    ]),
    ['in Base64 for URLs', Buffer.from(`a${TOKEN}`).toString('base64url')],
  ])('finds one %s, in the middle of anything', (_, spelled) => {
    expect(holdsToken(Buffer.from(`\0x${spelled}y`), ['another', TOKEN])).toBe(true);
    expect(holdsToken(Buffer.from(`\0x${spelled}y`), ['another'])).toBe(false);
  });

  it('finds one in two bytes a letter', () => {
    expect(holdsToken(Buffer.from(`x${TOKEN}`, 'utf16le'), [TOKEN])).toBe(true);
  });

  it('looks into every file of a folder, and says which', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'a/.b'), { recursive: true });
    await writeFile(join(folder, 'a/clean.txt'), 'nothing');
    await writeFile(join(folder, 'a/.b/.hidden'), Buffer.from(`mia:${TOKEN}`).toString('base64'));
    expect(await searchFiles(folder, [TOKEN])).toEqual({ searched: 2, found: ['a/.b/.hidden'] });
  });

  it.runIf(process.platform === 'linux')('looks at the arguments of what was started, also by what was', async () => {
    const script = `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)', '${TOKEN}'], { stdio: 'ignore' }); console.log('started')`;
    expect((await searchArguments([`${TOKEN}!`]))?.found).toEqual([]);
    const child = spawn(process.execPath, ['-e', `${script}; setTimeout(() => {}, 20000)`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void process.kill(-(child.pid ?? Number.NaN), 'SIGKILL'));
    await once(child.stdout, 'data');
    // The program that has it in a script, and the one that has it as an argument.
    await expect.poll(async () => (await searchArguments([TOKEN]))?.found).toHaveLength(2);
  });
});
