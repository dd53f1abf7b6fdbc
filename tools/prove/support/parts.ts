import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Clock, Log } from '../../../src/core/ports.ts';

/** What the store asks for, as plain as can be. */
export const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const systemClock: Clock = { now: () => Date.now(), zone: () => 'Europe/Berlin' };

const wasmPath = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');
let wasmBytes: Promise<Uint8Array> | undefined;

export function wasm(): Promise<Uint8Array> {
  wasmBytes ??= readFile(wasmPath);
  return wasmBytes;
}
