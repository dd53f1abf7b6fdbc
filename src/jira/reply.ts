import { cut } from '../core/text.ts';

const MAX_TEXT = 500;
const MAX_WAIT_MS = 3_600_000;

/** An HTTP reply, whatever its status. Header names are in lower case. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function isJson(reply: Reply): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(reply.headers['content-type'] ?? '');
}

/** Looks at the body too: some servers send pages without a content type. */
export function isHtml(reply: Reply): boolean {
  return /^(?:text\/html|application\/xhtml)/i.test(reply.headers['content-type'] ?? '') || /^\s*</.test(reply.body);
}

/** Several questions are asked about one reply, and parsing a long one takes a while. */
const parsedBodies = new WeakMap<Reply, { readonly json: unknown }>();

/** The parsed body of a JSON reply; `undefined` when it is not JSON. */
export function jsonOf(reply: Reply): unknown {
  const known = parsedBodies.get(reply);
  if (known !== undefined) return known.json;
  const json = parsedBody(reply);
  parsedBodies.set(reply, { json });
  return json;
}

function parsedBody(reply: Reply): unknown {
  if (!isJson(reply) || isOutOfShape(reply.body)) return undefined;
  try {
    const parsed: unknown = JSON.parse(reply.body);
    return parsed;
  } catch {
    return undefined;
  }
}

/** Jira nests a few dozen levels, in comments; parsing takes far longer when there are tens of thousands. */
const MOST_LEVELS = 1_000;
/** The same goes for hundreds of thousands of objects and lists with next to nothing in them. */
const MANY_PARTS = 10_000;
const LEAST_PART = 6;

/** Whether a JSON text is too deep or made of too small parts to be Jira's; looks at it once, and not into its strings. */
function isOutOfShape(json: string): boolean {
  let level = 0;
  let parts = 0;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (sign === '"') at = endOfString(json, at);
    else if (sign === '[' || sign === '{') {
      level += 1;
      parts += 1;
      if (level > MOST_LEVELS) return true;
    } else if (sign === ']' || sign === '}') level -= 1;
  }
  return parts > MANY_PARTS && parts * LEAST_PART > json.length;
}

/** @param start where its first quote stands */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    const sign = json[at];
    if (sign === '\\') at += 1;
    else if (sign === '"') return at;
  }
  return json.length;
}

/** Field names that Jira's error body complains about. */
export function errorKeys(reply: Reply): readonly string[] {
  const errors = member(jsonOf(reply), 'errors');
  return typeof errors === 'object' && errors !== null ? Object.keys(errors) : [];
}

/** Whether the body has the form of Jira's own errors, and not that of a gateway or a proxy. */
export function isJiraError(reply: Reply): boolean {
  const body = jsonOf(reply);
  return Array.isArray(member(body, 'errorMessages')) || typeof member(body, 'errors') === 'object';
}

/** Atlassian's gateway answers `{ code, message }` where Jira itself answers `{ errorMessages, errors }`. */
export function isGatewayError(reply: Reply): boolean {
  return typeof member(jsonOf(reply), 'code') === 'number' && !isJiraError(reply);
}

/** What Jira says about an error, as one line of plain text without links; `''` when it says nothing fit to show. */
export function jiraText(reply: Reply): string {
  const body = jsonOf(reply);
  if (body === undefined) return isHtml(reply) || isJson(reply) ? '' : oneLine(reply.body);
  const fields = member(body, 'errors');
  const texts = [
    ...strings(member(body, 'errorMessages')),
    ...(typeof fields === 'object' && fields !== null ? strings(Object.values(fields)) : []),
    ...strings([member(body, 'message')]),
  ];
  return oneLine([...new Set(texts)].join(' '));
}

/**
 * How long the reply asks to wait, in ms from `nowMs`, between 0 and an hour: `Retry-After` in seconds or as an HTTP
 * date, else `X-RateLimit-Reset` (Cloud, ISO 8601). Data Center sends `retry-after: 0` with every reply, so this only
 * means something with 429 and 503.
 */
export function waitOf(reply: Reply, nowMs: number): number | undefined {
  const after = reply.headers['retry-after']?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(after)) return clamp(Number(after) * 1_000);
  for (const date of [after, reply.headers['x-ratelimit-reset'] ?? '']) {
    // Date.parse alone would take "-5" for a year.
    const at = /^([A-Za-z]{3,9},? |\d{4}-\d{2}-\d{2}T)/.test(date) ? Date.parse(date) : Number.NaN;
    if (Number.isFinite(at)) return clamp(at - nowMs);
  }
  return undefined;
}

function clamp(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), MAX_WAIT_MS);
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string' && item.trim() !== '') : [];
}

/** Tags are dropped, and `[text](link)` is broken up: the editor would make links, even to commands, of it. */
function oneLine(text: string): string {
  const plain = cut(text, 20_000)
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\]\(/g, '] (')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return plain.length <= MAX_TEXT ? plain : `${cut(plain, MAX_TEXT - 1)}…`;
}
