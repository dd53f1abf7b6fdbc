/** The thread that folds a journal, so that the extension host is not held up by a large database. */
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { nodeDisk } from '../disk.ts';
import { loadSqlite } from '../sqlite.ts';
import { foldHere } from './job.ts';

const inputSchema = v.object({
  wasm: v.instance(Uint8Array),
  job: v.object({
    ...{ file: v.string(), journal: v.string(), generation: v.string(), temp: v.string() },
    ...{ end: v.number(), commits: v.number() },
    stamp: v.object({ ino: v.bigint(), mtimeNs: v.bigint(), size: v.bigint() }),
  }),
});

async function main(): Promise<void> {
  const { job, wasm } = v.parse(inputSchema, workerData);
  const sqlJs = await loadSqlite(async () => wasm);
  parentPort?.postMessage(await foldHere(job, sqlJs, nodeDisk, { at: () => undefined }));
}

void main();
