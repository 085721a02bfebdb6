import { flushAtEvents, flushAtSamples } from '../../functions/worker/collect-samples.ts';
import type { WorkerPace } from '../../shared/runs/pace-workers.ts';
import { batchItemBytes, blockBytes, countersBytes, stageItemBytes } from './item-bytes.ts';

/* What a stage asks of the table. */

/** A partition gives this much a second at most, however large the table (DynamoDB's developer guide). */
export const partitionLimit = { writeUnits: 1_000, readUnits: 3_000 };
/** A new on-demand table; it follows traffic up to twice its former peak within half an hour. */
export const warmTableLimit = { writeUnits: 4_000, readUnits: 12_000 };

/** A write unit is 1 KB or a part of it, a read unit 4 KB, each of one item. */
export const writeUnitsOf = (bytes: number) => Math.max(1, Math.ceil(bytes / 1_024));
export const readUnitsOf = (bytes: number) => Math.max(1, Math.ceil(bytes / 4_096));

export type Traffic = {
  workers: number;
  streamsPerWorker: number;
  requestMs: number;
  eventsPerRequest: number;
  blockFlushMs: number;
  /** Of the run's item: read at each heartbeat. */
  runBytes: number;
  /** Limits that workers count towards: at each heartbeat, and for each portion of requests that is to be sent. */
  hasErrorLimit: boolean;
  hasCostCap: boolean;
  pace: Pick<WorkerPace, 'pollMs' | 'heartbeatMs'>;
};

export type TableLoad = {
  /** While all wait: read units a second of the stage's one item. */
  meetingReads: number;
  /** Write units of filling the ready set, in all: each member more rewrites the item. */
  readySetWrites: number;
  /** While all measure, units a second by partition key: the run's with its batches, its counters, and one batch's blocks. */
  runWrites: number;
  runReads: number;
  counterWrites: number;
  batchBlockWrites: number;
  /** Of all partition keys. */
  tableWrites: number;
  /** Requests that one block holds. */
  requestsPerBlock: number;
  writeUnitsPerRequest: number;
  /** Read units of one look at all batches, as each `advance` takes. */
  advanceReads: number;
};

/** The rates of a stage under full load, from the sizes of real items; `seed` is of the block's contents. */
export function tableLoad(traffic: Traffic, seed: number): TableLoad {
  const { workers, streamsPerWorker, requestMs, eventsPerRequest, blockFlushMs, pace } = traffic;
  const requestsPerSecond = (streamsPerWorker * 1_000) / requestMs;
  const mostInBlock = Math.min(flushAtSamples, Math.ceil(flushAtEvents / eventsPerRequest));
  // The clock of a flush starts with a block's first request.
  const requestsPerBlock = Math.min(mostInBlock, 1 + Math.floor((requestsPerSecond * blockFlushMs) / 1_000));
  const blocks = (workers * requestsPerSecond) / requestsPerBlock;
  const bytes = blockBytes(requestsPerBlock, eventsPerRequest, seed);
  const batchUnits = writeUnitsOf(batchItemBytes());
  const beats = (workers * 1_000) / pace.heartbeatMs;
  const runWrites = (blocks + beats) * batchUnits;
  // Cost is set aside for as many requests at a time as a worker has streams.
  const reservations = traffic.hasCostCap ? (workers * requestsPerSecond) / streamsPerWorker : 0;
  const counterWrites = ((traffic.hasErrorLimit ? beats : 0) + reservations) * writeUnitsOf(countersBytes());
  const blockWrites = blocks * Object.values(bytes).reduce((sum, of) => sum + writeUnitsOf(of), 0);
  return {
    meetingReads: ((workers * 1_000) / pace.pollMs) * readUnitsOf(stageItemBytes(workers)),
    readySetWrites: readySetWrites(workers),
    runWrites,
    runReads: beats * readUnitsOf(traffic.runBytes),
    counterWrites,
    batchBlockWrites: blockWrites / workers,
    tableWrites: runWrites + counterWrites + blockWrites,
    requestsPerBlock,
    writeUnitsPerRequest: (blockWrites + runWrites + counterWrites) / (workers * requestsPerSecond),
    advanceReads: Math.ceil((workers * batchItemBytes()) / 4_096),
  };
}

function readySetWrites(workers: number): number {
  const emptyBytes = stageItemBytes(0);
  const memberBytes = (stageItemBytes(workers) - emptyBytes) / workers;
  let units = 0;
  for (let members = 1; members <= workers; members++) units += writeUnitsOf(emptyBytes + members * memberBytes);
  return units;
}

/** The share of calls that fail for good where `asked` units a second meet a limit of `limit`, each call tried `attempts` times. */
export function failingShare(asked: number, limit: number, attempts: number): number {
  return asked <= limit ? 0 : (1 - limit / asked) ** attempts;
}
