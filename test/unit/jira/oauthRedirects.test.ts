import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RedirectWait } from '../../../src/core/oauthPorts.ts';
import { createOAuthRedirects } from '../../../src/jira/oauth/redirects.ts';
import { freePort } from '../../../tools/support/ports.ts';
import { failureOf } from './support.ts';

const STATE = 'state-of-this-sign-in';

describe('the door that the browser comes back through', () => {
  let port: number;
  let wait: RedirectWait;
  let address: string;
  beforeEach(async () => {
    port = await freePort();
    address = `http://127.0.0.1:${port}/callback`;
    wait = await createOAuthRedirects().wait(address, STATE);
  });
  afterEach(() => wait.dispose());

  it('takes one right answer, and says that it is over to whoever repeats it', async () => {
    expect((await fetch(`${address}?code=first&state=${STATE}`)).status).toBe(200);
    expect(await wait.code()).toBe('first');
    expect((await fetch(`${address}?code=second&state=${STATE}`)).status).toBe(410);
    expect(await wait.code()).toBe('first');
    expect(() => wait.paste(`${address}?code=third&state=${STATE}`)).toThrow(/ended already/);
  });

  it.each(['', '?code=x', '?code=x&state=', '?code=x&state=other', `?code=x&state=${STATE}x`, `?state=${STATE}`])(
    'goes on waiting after an answer with the query %j',
    async (query) => {
      expect((await fetch(`${address}${query}`)).status).toBe(400);
      expect((await fetch(`${address}?code=right&state=${STATE}`)).status).toBe(200);
      expect(await wait.code()).toBe('right');
    },
  );

  it.each(['/', '/callback/', '/other', '//127.0.0.1/callback'])('has nothing at %s', async (path) => {
    const status = await statusOf(port, { path: `${path}?code=x&state=${STATE}` });
    expect(status).toBe(404);
  });

  it('takes no form of another page, and no whole address of another host', async () => {
    expect(await statusOf(port, { method: 'POST', path: `/callback?code=x&state=${STATE}` })).toBe(404);
    expect(await statusOf(port, { path: `http://evil.example/callback?code=x&state=${STATE}` })).toBe(404);
  });

  it('takes no pasted address of another port, host, scheme or path', () => {
    const query = `?code=x&state=${STATE}`;
    for (const other of [
      `http://127.0.0.1:${port + 1}/callback`,
      `http://evil.example:${port}/callback`,
      `https://127.0.0.1:${port}/callback`,
      `http://127.0.0.1:${port}/other`,
    ]) {
      expect(() => wait.paste(other + query), other).toThrow(/^address: /);
    }
  });

  it('shows nothing of what it was sent, and lets its page load and run nothing', async () => {
    const response = await fetch(`${address}?code=%3Cscript%3E&state=%3Cscript%3E&error=%3Cscript%3E`);
    expect(await response.text()).not.toContain('script');
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('says nothing of an error’s own words, which anybody can write into a link', async () => {
    const asked = failureOf(wait.code());
    await fetch(`${address}?error=Call+0900+666&error_description=evil&state=${STATE}`);
    const error = await asked;
    expect(error.reason).toBe('unauthorized');
    expect(error.message).not.toMatch(/0900|evil/);
  });
});

function statusOf(port: number, options: { readonly method?: string; readonly path: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, ...options }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}
