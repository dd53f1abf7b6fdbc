import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { at } from './help.ts';

/** The simulator as another process sees it: bundled, started from the command line, steered over HTTP. */
describe('the simulator in a process of its own', () => {
  let folder = '';
  let child: ChildProcessByStdio<null, Readable, Readable> | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jira-simulator-'));
    const outfile = join(folder, 'main.mjs');
    await build({ entryPoints: ['tools/jira/main.ts'], bundle: true, platform: 'node', format: 'esm', outfile });
  });
  afterEach(() => {
    child?.kill('SIGKILL');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const start = async (...args: readonly string[]): Promise<unknown> => {
    child = spawn(process.execPath, [join(folder, 'main.mjs'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
    return undefined;
  };
  const call = async (url: string, method = 'GET', body?: unknown): Promise<unknown> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const text = await (await fetch(url, { method, ...sent })).text();
    const value: unknown = text === '' ? undefined : JSON.parse(text);
    return value;
  };

  it('prints its addresses and tokens, and stops when told to', async () => {
    const info = await start('--deployment', 'dataCenter', '--context-path', '/a/jira');
    expect(info).toMatchObject({ deployment: 'dataCenter', tokens: { pat: expect.any(String) } });
    expect(String(at(info, 'url'))).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/a\/jira$/);
    const headers = { authorization: `Bearer ${String(at(info, 'tokens.pat'))}` };
    expect((await fetch(`${String(at(info, 'url'))}/rest/api/2/myself`, { headers })).status).toBe(200);
    const exited = once(child ?? process, 'exit');
    child?.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('is steered and read through its control door', async () => {
    const control = String(at(await start(), 'controlUrl'));
    expect(await call(`${control}/issues`, 'POST', { key: 'DEMO-50', summary: 'Made by a test' })).toHaveProperty(
      'result',
    );
    await call(`${control}/do`, 'POST', { action: 'addWorklog', args: ['DEMO-50', { timeSpentSeconds: 60 }] });
    await call(`${control}/do`, 'POST', { action: 'set', args: [{ language: 'de' }] });
    expect(await call(`${control}/state`)).toMatchObject({
      worklogs: [{ issueKey: 'DEMO-50', timeSpentSeconds: 60 }],
      switches: { language: 'de' },
    });
    const site = control.slice(0, -'/__sim'.length);
    expect(await call(`${control}/faults`, 'POST', { kind: 'status', when: 'before', status: 502 })).toEqual({ id: 1 });
    expect((await fetch(`${site}/rest/api/2/serverInfo`)).status).toBe(502);
    await call(`${control}/faults`, 'DELETE');
    expect((await fetch(`${site}/rest/api/2/serverInfo`)).status).toBe(200);
    expect(await call(`${control}/requests`)).toMatchObject([{ status: 502, fault: 'status' }, { status: 200 }]);
    await call(`${control}/reset`, 'POST');
    expect(await call(`${control}/state`)).toMatchObject({
      worklogs: [],
      requestCount: 0,
      switches: { language: 'en' },
    });
  });

  it('says what it does not understand', async () => {
    const control = String(at(await start(), 'controlUrl'));
    expect(await call(`${control}/faults`, 'POST', { kind: 'earthquake' })).toHaveProperty('error');
    expect(await call(`${control}/do`, 'POST', { action: 'close' })).toHaveProperty('error');
    expect(await call(`${control}/do`, 'POST', { action: 'hideIssue', args: ['DEMO-999'] })).toEqual({
      error: 'No issue DEMO-999 in the simulator.',
    });
    expect(await call(`${control}/weather`)).toHaveProperty('error');
  });
});
