import type { Row } from '../part.ts';

/** What the benchmark asks of its extension in an extension host, one at a time, and what it gets. */
export interface Orders {
  /** Signs Timecard in. */
  readonly connect: { readonly ask: Connect; readonly get: null };
  /** Clocks in. */
  readonly startTimer: { readonly ask: null; readonly get: null };
  /** What is in use once all garbage is gone. */
  readonly memory: { readonly ask: null; readonly get: Memory };
  /** How long the host's event loop stood still, at rest and at work. */
  readonly stalls: { readonly ask: Work; readonly get: readonly Row[] };
}

export interface Connect {
  readonly jiraUrl: string;
  readonly email: string;
  readonly token: string;
}

/** Bytes, and the process they are of. */
export interface Memory {
  readonly pid: number;
  readonly heapUsed: number;
  readonly external: number;
}

export interface Work {
  readonly restMs: number;
  readonly commits: number;
  /** Issues to record time on, one record each, and to send it to. */
  readonly issueKeys: readonly string[];
  /** How long to wait for what comes after the commits. */
  readonly quietMs: number;
  /** Where to write a CPU profile of each stretch of work; none is taken without it, because it takes time itself. */
  readonly profiles: string | null;
}

/** The environment variable that names the file in which the extension writes down its port. */
export const PORT_FILE = 'TIMECARD_BENCH_PORT_FILE';
