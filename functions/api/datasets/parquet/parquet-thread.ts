import { parentPort, workerData } from 'node:worker_threads';
import { type ReadParquet, readParquet } from '../../../../shared/workload/datasets/encodings/parquet/read-parquet.ts';

/* The entry module of a thread that reads one Parquet file. */

// `workerData` is not validated, because only `readInThread` sets it.
parentPort?.postMessage(await readParquet(...(workerData as Parameters<ReadParquet>)));
