import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Clock, Log, Settings } from '../../src/core/ports.ts';

/** What the store asks for, as plain as can be. */
export const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const systemClock: Clock = { now: () => Date.now(), zone: () => 'Europe/Berlin' };

const wasmPath = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');
let wasmBytes: Promise<Uint8Array> | undefined;

export function wasm(): Promise<Uint8Array> {
  wasmBytes ??= readFile(wasmPath);
  return wasmBytes;
}

/** The settings of a user who has changed none that matter to a sync; rounded to the minute, as Jira does. */
export const PLAIN_SETTINGS: Settings = {
  splitAtMidnight: () => true,
  weekStart: () => 1,
  hourCycle: () => 'h23',
  rounding: () => ({ mode: 'nearest', stepMinutes: 1, minimumMinutes: 1 }),
  commentTemplate: () => '',
  notifyUsers: () => false,
  adjustEstimate: () => ({ kind: 'auto' }),
  roundingCarry: () => false,
  visibility: () => undefined,
  assignedJql: () => '',
  syncPreview: () => false,
  syncMode: () => 'manual',
  syncIntervalMinutes: () => 30,
  syncTime: () => '18:00',
  idleMinutes: () => 10,
  onRemove: () => 'keep',
};
