import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ParquetTable, ReadParquet } from '../../../../shared/workload/datasets/encodings/parquet/read-parquet.ts';

/** Limits on the work for one file. A valid file of the largest upload needs about a tenth. */
const maxMs = 10_000;
const maxHeapMb = 512;

const entry = new URL('./parquet-thread.ts', import.meta.url);

/**
 * Reads a Parquet file on a thread of its own, because a hostile file of a few bytes can need any amount of memory and
 * time.
 * @throws Error if the file is not valid, or reading it exceeds the limits
 */
export const readInThread: ReadParquet = async (bytes, wanted) => {
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
};
