import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ParquetTable, ReadParquet } from '../../../../shared/workload/datasets/encodings/parquet/read-parquet.ts';
import { createTurns } from '../../http/create-turns.ts';

/** Limits on the work for one file. A valid file of the largest upload needs about a tenth. */
const maxMs = 10_000;
const maxHeapMb = 512;

const entry = new URL('./parquet-thread.ts', import.meta.url);

/** Limits on the files of all requests. With them, the last one that waits starts before most clients give up. */
const maxThreads = 2;
const maxWaiting = 4;

/**
 * Creates a reader that reads a few files at the same time. Others wait.
 * @throws AppError UNAVAILABLE if too many files wait
 */
export function createBoundedReader(read: ReadParquet): ReadParquet {
  const takeTurn = createTurns(maxThreads, { maxWaiting });
  let reads = 0;
  return (bytes, wanted) => takeTurn(`read ${reads++}`, () => read(bytes, wanted));
}

/**
 * Reads a Parquet file on a thread of its own, because a hostile file of a few bytes can need any amount of memory and
 * time.
 * @throws Error if the file is not valid, or reading it exceeds the limits
 */
export const readInThread: ReadParquet = createBoundedReader(async (bytes, wanted) => {
  const worker = new Worker(entry, {
    name: 'parquet',
    workerData: [bytes, wanted] satisfies Parameters<ReadParquet>,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  try {
    const [table] = await once(worker, 'message', { signal: AbortSignal.timeout(maxMs) });
    return table as ParquetTable; // sent by our own thread
  } finally {
    await worker.terminate();
  }
});
