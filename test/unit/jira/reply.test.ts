import { describe, expect, it } from 'vitest';
import { type Asked, failureOf } from '../../../src/jira/errors.ts';
import type { Reply } from '../../../src/jira/reply.ts';
import { NOW } from './support.ts';

const SITE = 'https://jira.example';
const WRITE: Asked = { write: true, signedIn: true, site: SITE };
const READ: Asked = { ...WRITE, write: false };

const JSON_TYPE = { 'content-type': 'application/json;charset=UTF-8' };
const HTML = { 'content-type': 'text/html;charset=UTF-8' };
const refusal = (messages: string[], errors = {}) => JSON.stringify({ errorMessages: messages, errors });

function reply(status: number, headers: Record<string, string> = JSON_TYPE, body = refusal([])): Reply {
  return { status, headers, body };
}

function verdict(given: Reply, asked: Asked = WRITE) {
  const failure = failureOf(given, asked, NOW);
  return failure && { reason: failure.reason, outcome: failure.outcome };
}

describe('a reply to a write', () => {
  it.each([
    [400, JSON_TYPE, 'invalid', 'refused'],
    [401, JSON_TYPE, 'unauthorized', 'refused'],
    [401, HTML, 'unauthorized', 'refused'],
    [403, JSON_TYPE, 'forbidden', 'refused'],
    [403, HTML, 'notJira', 'refused'],
    [404, JSON_TYPE, 'issueNotFound', 'refused'],
    [404, HTML, 'notJira', 'refused'],
    [407, JSON_TYPE, 'network', 'refused'],
    [407, HTML, 'network', 'refused'],
    [408, JSON_TYPE, 'server', 'unknown'],
    [409, JSON_TYPE, 'invalid', 'refused'],
    [410, JSON_TYPE, 'server', 'refused'],
    [413, JSON_TYPE, 'worklogLimit', 'refused'],
    [413, HTML, 'notJira', 'refused'],
    [429, JSON_TYPE, 'rateLimited', 'refused'],
    [500, JSON_TYPE, 'server', 'unknown'],
    [502, HTML, 'server', 'unknown'],
    [503, HTML, 'server', 'unknown'],
    [503, { ...HTML, 'retry-after': '2' }, 'rateLimited', 'unknown'],
    [302, { location: 'https://sso.example' }, 'notJira', 'unknown'],
    [200, HTML, 'notJira', 'unknown'],
    [201, {}, 'notJira', 'unknown'],
  ])('%i %j is %s, %s', (status, headers, reason, outcome) => {
    expect(verdict(reply(status, headers))).toEqual({ reason, outcome });
  });

  it.each([
    [200, JSON_TYPE],
    [201, { 'content-type': 'application/json' }],
    [201, { 'content-type': 'application/problem+json; charset=utf-8' }],
    [204, {}],
  ])('%i %j is a success', (status, headers) => {
    expect(verdict(reply(status, headers))).toBeUndefined();
  });

  it('with 407 is a proxy’s, whatever page it comes with', () => {
    const failure = failureOf(reply(407, HTML, '<html>Proxy</html>'), READ, NOW);
    expect(failure?.message).toBe('The network’s proxy asks for a sign-in. Check the proxy settings.');
  });

  it('with 404 that Jira itself did not write is not about an issue', () => {
    expect(verdict(reply(404, JSON_TYPE, '{"code":404,"message":"No such site"}'))?.reason).toBe('notJira');
    expect(verdict(reply(404, {}, ''))?.reason).toBe('notJira');
  });

  it('that is plain text is shown as it is', () => {
    const failure = failureOf(reply(403, { 'content-type': 'text/plain' }, 'XSRF check failed'), WRITE, NOW);
    expect(failure?.reason).toBe('forbidden');
    expect(failure?.message).toMatch(/^XSRF check failed\. /);
  });
});

describe('a sign-in that failed shows in headers', () => {
  it.each([
    [200, { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' }, 'unauthorized', 'unknown'],
    [404, { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' }, 'unauthorized', 'refused'],
    [404, { 'x-ausername': 'anonymous' }, 'unauthorized', 'refused'],
    [400, { 'x-ausername': 'anonymous' }, 'unauthorized', 'refused'],
    [404, { 'x-ausername': 'mia', 'x-seraph-loginreason': 'OK' }, 'issueNotFound', 'refused'],
    [403, { 'x-authentication-denied-reason': 'CAPTCHA_CHALLENGE; login-url=https://x' }, 'captcha', 'refused'],
    [403, { ...HTML, 'x-seraph-loginreason': 'AUTHENTICATION_DENIED' }, 'captcha', 'refused'],
    [200, { ...HTML, 'x-authentication-denied-reason': 'CAPTCHA_CHALLENGE' }, 'captcha', 'unknown'],
    [429, { 'x-ausername': 'anonymous' }, 'rateLimited', 'refused'],
    [500, { 'x-ausername': 'anonymous' }, 'server', 'unknown'],
  ])('%i %j is %s', (status, headers, reason, outcome) => {
    expect(verdict(reply(status, { ...JSON_TYPE, ...headers }))).toEqual({ reason, outcome });
  });

  it('but not when nobody tried to sign in', () => {
    const anonymous: Asked = { write: false, signedIn: false, site: SITE };
    expect(verdict(reply(200, { ...JSON_TYPE, 'x-ausername': 'anonymous' }), anonymous)).toBeUndefined();
  });
});

describe('a limit', () => {
  const limited = (headers: Record<string, string>) => failureOf(reply(429, { ...JSON_TYPE, ...headers }), READ, NOW);

  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '86400' }, 3_600_000],
    [{ 'retry-after': '1.5' }, 1_500],
    [{ 'retry-after': new Date(NOW + 9_000).toUTCString() }, 9_000],
    [{ 'retry-after': new Date(NOW - 9_000).toUTCString() }, 0],
    [{ 'retry-after': 'soon', 'x-ratelimit-reset': new Date(NOW + 4_000).toISOString() }, 4_000],
    [{ 'x-ratelimit-reset': '2026-11-23T12:00:30Z' }, 30_000],
    [{ 'retry-after': '-5' }, undefined],
    [{}, undefined],
  ])('%j asks to wait %s ms', (headers, wait) => {
    expect(limited(headers)?.retryAfterMs).toBe(wait);
  });

  it('of one issue is told from the site’s', () => {
    expect(limited({ 'ratelimit-reason': 'jira-per-issue-on-write' })?.limitScope).toBe('issue');
    expect(limited({ 'ratelimit-reason': 'jira-burst-based' })?.limitScope).toBe('site');
    expect(limited({})?.limitScope).toBe('site');
  });

  it('means nothing on other replies, which Data Center sends it with', () => {
    expect(failureOf(reply(400, { ...JSON_TYPE, 'retry-after': '0' }), WRITE, NOW)?.retryAfterMs).toBeUndefined();
  });
});

describe("Jira's own text", () => {
  const message = (body: string, headers: Record<string, string> = JSON_TYPE) =>
    failureOf(reply(400, headers, body), WRITE, NOW)?.message ?? '';

  it('comes first, then what to do', () => {
    expect(message(refusal(['Kaputt'], { started: 'Ungültiges Datum.' }))).toMatch(/^Kaputt Ungültiges Datum\. \S/);
    expect(message('{"code":400,"message":"Nope"}')).toMatch(/^Nope\. \S/);
  });

  it('is plain, short and without links', () => {
    expect(message(refusal(['<b>No</b>\u0000\n [run](command:evil)']))).toMatch(/^No \[run\] \(command:evil\)\. /);
    expect(message(refusal(['x'.repeat(5_000)])).length).toBeLessThan(620);
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '7',
    '"x"',
    '{"errors":null}',
    '{"errorMessages":"x","errors":[1]}',
    '{"__proto__":{"message":"x"}}',
  ])('may be missing: %j', (body) => {
    expect(message(body)).toMatch(/^Jira refused this \(400\)/);
  });

  it('of a web page is not shown', () => {
    expect(message('<html><body>secret stuff</body></html>', HTML)).not.toMatch(/secret/);
    expect(message('<html><body>secret stuff</body></html>', {})).not.toMatch(/secret/);
  });
});
