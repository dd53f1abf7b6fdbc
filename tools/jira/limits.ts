import type { Call } from './call.ts';
import { message } from './messages.ts';
import type { SimIssue } from './model.ts';
import { Refusal } from './reply.ts';
import type { World } from './world.ts';

const ISSUE_WINDOWS = [
  { ms: 2000, most: 20 },
  { ms: 30_000, most: 100 },
];
const BURST: Readonly<Record<string, number>> = { GET: 100, POST: 100, PUT: 50, DELETE: 50 };

interface Ledger {
  readonly issueWrites: Map<string, number[]>;
  readonly bursts: Map<string, number[]>;
  readonly bucket: { tokens: number; at: number };
}

const ledgers = new WeakMap<World, Ledger>();

function ledgerOf(world: World): Ledger {
  const known = ledgers.get(world);
  if (known !== undefined) return known;
  const bucket = { tokens: world.switches.bucket?.capacity ?? 0, at: world.now() };
  const ledger: Ledger = { issueWrites: new Map(), bursts: new Map(), bucket };
  ledgers.set(world, ledger);
  return ledger;
}

/** Forgets all traffic so far. */
export function resetLimits(world: World): void {
  ledgers.delete(world);
}

function tooMany(world: World, reason: string, limit: number, waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new Refusal({
    status: 429,
    json: { errorMessages: [message(world.switches.language, 'tooMany')], errors: {} },
    headers: {
      'Retry-After': String(seconds),
      'X-RateLimit-Limit': String(limit),
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': new Date(world.now() + seconds * 1000).toISOString(),
      'RateLimit-Reason': reason,
    },
  });
}

/** Counts a write on an issue; the 21st in 2 s and the 101st in 30 s are refused and do nothing. */
export function takeIssueWrite(call: Call, issue: SimIssue): void {
  const { world } = call;
  if (world.deployment !== 'cloud' || !world.switches.issueWriteLimit) return;
  const now = world.now();
  const { issueWrites } = ledgerOf(world);
  const times = (issueWrites.get(issue.id) ?? []).filter((at) => at > now - 30_000);
  for (const { ms, most } of ISSUE_WINDOWS) {
    const inWindow = times.filter((at) => at > now - ms);
    const oldest = inWindow[inWindow.length - most];
    if (oldest !== undefined) throw tooMany(world, 'jira-per-issue-on-write', most, oldest + ms - now);
  }
  issueWrites.set(issue.id, [...times, now]);
}

/** @param endpoint the route, without the ids in it. */
export function takeBurst(world: World, method: string, endpoint: string): void {
  if (world.deployment !== 'cloud' || !world.switches.burstLimit) return;
  const now = world.now();
  const most = BURST[method] ?? 100;
  const key = `${method} ${endpoint}`;
  const { bursts } = ledgerOf(world);
  const times = (bursts.get(key) ?? []).filter((at) => at > now - 1000);
  if (times.length >= most) throw tooMany(world, 'jira-burst-based', most, (times[0] ?? now) + 1000 - now);
  bursts.set(key, [...times, now]);
}

/**
 * Data Center's headers, which go with every authenticated answer (`retry-after: 0` means go on). Refuses when the
 * bucket is empty.
 */
export function takeFromBucket(world: World): Record<string, string> {
  const { bucket } = world.switches;
  if (world.deployment === 'cloud') return {};
  const { capacity, fill, intervalSeconds } = bucket ?? { capacity: 1000, fill: 1000, intervalSeconds: 1 };
  const state = ledgerOf(world).bucket;
  const intervals = Math.floor((world.now() - state.at) / (intervalSeconds * 1000));
  state.tokens = bucket === null ? capacity : Math.min(capacity, state.tokens + intervals * fill);
  state.at += intervals * intervalSeconds * 1000;
  const empty = state.tokens < 1;
  if (!empty) state.tokens -= 1;
  const headers = {
    'X-RateLimit-Limit': String(capacity),
    'X-RateLimit-Remaining': String(state.tokens),
    'X-RateLimit-FillRate': String(fill),
    'X-RateLimit-Interval-Seconds': String(intervalSeconds),
    'retry-after': empty ? String(intervalSeconds) : '0',
  };
  if (!empty) return headers;
  throw new Refusal({ status: 429, json: { message: message(world.switches.language, 'tooMany') }, headers });
}
