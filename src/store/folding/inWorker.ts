import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import type { Check, Fold } from './fold.ts';
import type { ThreadJob } from './worker.ts';

const foldedSchema = v.object({
  stamp: v.object({ ino: v.bigint(), mtimeNs: v.bigint(), size: v.bigint() }),
  header: v.instance(Uint8Array),
});

const checkedSchema = v.object({ bytes: v.instance(Uint8Array), problem: v.optional(v.string()) });

/** How a thread is started, and ended early. */
interface Start {
  readonly script: string;
  readonly wasm: () => Promise<Uint8Array>;
  readonly signal?: AbortSignal;
  /** What the thread gets instead of a copy. */
  readonly transfer?: readonly ArrayBuffer[];
}

/**
 * Folds, and checks files, each on a thread of its own that ends with the job.
 * @param script the file that `worker.ts` was bundled into
 * @param wasm the bytes of sql.js's `sql-wasm.wasm`
 */
export function foldInWorker(
  script: string,
  wasm: () => Promise<Uint8Array>,
): { readonly fold: Fold; readonly check: Check } {
  return {
    fold: (job, signal) => onThread({ kind: 'fold', job }, foldedSchema, { script, wasm, signal }),
    check: async (bytes, depth) => {
      const start = { script, wasm, transfer: bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [] };
      const { problem, ...same } = await onThread({ kind: 'check', bytes, depth }, checkedSchema, start);
      return { ...same, problem };
    },
  };
}

async function onThread<T>(
  job: ThreadJob,
  answerSchema: v.GenericSchema<unknown, T>,
  { script, wasm, signal, transfer = [] }: Start,
): Promise<T> {
  const workerData = { job, wasm: new Uint8Array(await wasm()) };
  signal?.throwIfAborted();
  const worker = new Worker(script, { workerData, transferList: [...transfer] });
  const stop = () => void worker.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await answerOf(worker, answerSchema);
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function answerOf<T>(worker: Worker, answerSchema: v.GenericSchema<unknown, T>): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.once('message', (answer: unknown) => {
      const parsed = v.safeParse(answerSchema, answer);
      if (parsed.success) resolve(parsed.output);
      else reject(new Error('The thread of the database gave no sensible answer.'));
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread of the database ended before its work was done.')));
  });
}
