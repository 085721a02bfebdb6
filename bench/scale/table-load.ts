import { flushAtEvents, flushAtSamples } from '../../functions/worker/collect-samples.ts';
import type { WorkerPace } from '../../shared/runs/pace-workers.ts';
import { countBatchBytes, countBlockBytes, countCounterBytes, countStageBytes } from './item-bytes.ts';

/** Maximum units per second of a partition. Source: DynamoDB developer guide. */
export const partitionLimit = { writeUnits: 1_000, readUnits: 3_000 };
/** Units per second of a new on-demand table, which adapts to twice its former peak within 30 minutes. */
export const warmTableLimit = { writeUnits: 4_000, readUnits: 12_000 };

/** A write unit is up to 1 KB of one item, a read unit up to 4 KB. */
export const countWriteUnits = (bytes: number) => Math.max(1, Math.ceil(bytes / 1_024));
export const countReadUnits = (bytes: number) => Math.max(1, Math.ceil(bytes / 4_096));

export type Traffic = {
  workers: number;
  streamsPerWorker: number;
  requestMs: number;
  eventsPerRequest: number;
  blockFlushMs: number;
  /** Size of the run's item, which is read at each heartbeat. */
  runBytes: number;
  /** Limits for which workers update counters: at each heartbeat, and for each portion of requests. */
  hasErrorLimit: boolean;
  hasCostCap: boolean;
  pace: Pick<WorkerPace, 'pollMs' | 'heartbeatMs'>;
};

export type TableLoad = {
  /** Read units per second of the stage's item while all workers wait. */
  meetingReads: number;
  /** Write units to fill the ready set. Each new member rewrites the item. */
  readySetWrites: number;
  /** Units per second under load by partition key: the run with its batches, its counters, and the blocks of one batch. */
  runWrites: number;
  runReads: number;
  counterWrites: number;
  batchBlockWrites: number;
  /** Sum over all partition keys. */
  tableWrites: number;
  requestsPerBlock: number;
  writeUnitsPerRequest: number;
  /** Read units of one `advance` message, which reads all batches. */
  advanceReads: number;
};

/** Computes the table load of a stage from realistic item sizes. `seed` selects the contents of the block. */
export function computeTableLoad(traffic: Traffic, seed: number): TableLoad {
  const { workers, streamsPerWorker, requestMs, eventsPerRequest, blockFlushMs, pace } = traffic;
  const requestsPerSecond = (streamsPerWorker * 1_000) / requestMs;
  const mostInBlock = Math.min(flushAtSamples, Math.ceil(flushAtEvents / eventsPerRequest));
  // The flush interval starts with the first request of a block.
  const requestsPerBlock = Math.min(mostInBlock, 1 + Math.floor((requestsPerSecond * blockFlushMs) / 1_000));
  const blocks = (workers * requestsPerSecond) / requestsPerBlock;
  const bytes = countBlockBytes(requestsPerBlock, eventsPerRequest, seed);
  const batchUnits = countWriteUnits(countBatchBytes());
  const beats = (workers * 1_000) / pace.heartbeatMs;
  const runWrites = (blocks + beats) * batchUnits;
  // A worker reserves cost for one request of each stream at a time.
  const reservations = traffic.hasCostCap ? (workers * requestsPerSecond) / streamsPerWorker : 0;
  const counterWrites = ((traffic.hasErrorLimit ? beats : 0) + reservations) * countWriteUnits(countCounterBytes());
  const blockWrites = blocks * Object.values(bytes).reduce((sum, of) => sum + countWriteUnits(of), 0);
  return {
    meetingReads: ((workers * 1_000) / pace.pollMs) * countReadUnits(countStageBytes(workers)),
    readySetWrites: readySetWrites(workers),
    runWrites,
    runReads: beats * countReadUnits(traffic.runBytes),
    counterWrites,
    batchBlockWrites: blockWrites / workers,
    tableWrites: runWrites + counterWrites + blockWrites,
    requestsPerBlock,
    writeUnitsPerRequest: (blockWrites + runWrites + counterWrites) / (workers * requestsPerSecond),
    advanceReads: Math.ceil((workers * countBatchBytes()) / 4_096),
  };
}

function readySetWrites(workers: number): number {
  const emptyBytes = countStageBytes(0);
  const memberBytes = (countStageBytes(workers) - emptyBytes) / workers;
  let units = 0;
  for (let members = 1; members <= workers; members++) units += countWriteUnits(emptyBytes + members * memberBytes);
  return units;
}

/** Computes the share of calls that fail after `attempts` tries at `asked` units per second with a limit of `limit`. */
export function computeFailingShare(asked: number, limit: number, attempts: number): number {
  return asked <= limit ? 0 : (1 - limit / asked) ** attempts;
}
