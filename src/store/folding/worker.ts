/** The thread that works with whole files, so that the extension host is not held up by a large database. */
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { nodeDisk } from '../disk.ts';
import { problemOf } from '../inspect.ts';
import { loadSqlite } from '../sqlite.ts';
import { foldHere } from './job.ts';

const bytesSchema = v.custom<Uint8Array>((value) => value instanceof Uint8Array);

const jobSchema = v.variant('kind', [
  v.object({
    kind: v.literal('fold'),
    job: v.object({
      ...{ file: v.string(), journal: v.string(), generation: v.string(), temp: v.string() },
      ...{ end: v.number(), commits: v.number() },
      stamp: v.object({ ino: v.bigint(), mtimeNs: v.bigint(), size: v.bigint() }),
    }),
  }),
  v.object({ kind: v.literal('check'), bytes: bytesSchema, depth: v.picklist(['full', 'quick']) }),
]);

const inputSchema = v.object({ wasm: bytesSchema, job: jobSchema });

export type ThreadJob = v.InferOutput<typeof jobSchema>;

async function main(): Promise<void> {
  const { job, wasm } = v.parse(inputSchema, workerData);
  const sqlJs = await loadSqlite(async () => wasm);
  if (job.kind === 'fold') {
    parentPort?.postMessage(await foldHere(job.job, sqlJs, nodeDisk, { at: () => undefined }));
    return;
  }
  const { bytes, depth } = job;
  const problem = problemOf(sqlJs, bytes, depth);
  parentPort?.postMessage({ bytes, problem }, bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : []);
}

void main();
