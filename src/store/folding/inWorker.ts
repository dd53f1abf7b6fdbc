import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import type { Fold, FoldedFile, FoldJob } from './fold.ts';

const answerSchema = v.object({
  stamp: v.object({ ino: v.bigint(), mtimeNs: v.bigint(), size: v.bigint() }),
  header: v.instance(Uint8Array),
});

/**
 * Folds on a thread of its own, which ends with the job.
 * @param script the file that `worker.ts` was bundled into
 * @param wasm the bytes of sql.js's `sql-wasm.wasm`
 */
export function foldInWorker(script: string, wasm: () => Promise<Uint8Array>): Fold {
  return async (job, signal) => {
    const worker = new Worker(script, { workerData: { job, wasm: new Uint8Array(await wasm()) } });
    const stop = () => void worker.terminate();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await answerOf(worker, job);
    } finally {
      signal.removeEventListener('abort', stop);
      await worker.terminate();
    }
  };
}

function answerOf(worker: Worker, { temp }: FoldJob): Promise<FoldedFile> {
  return new Promise((resolve, reject) => {
    worker.once('message', (answer: unknown) => {
      const parsed = v.safeParse(answerSchema, answer);
      if (parsed.success) resolve(parsed.output);
      else reject(new Error('The thread that folds the journal gave no sensible answer.'));
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error(`The thread that folds the journal ended before ${temp} was written.`)));
  });
}
