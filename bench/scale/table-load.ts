import { flushAtEvents, flushAtSamples } from '../../shared/usecases/collect-samples.ts';
import type { WorkerPace } from '../../shared/usecases/pace-workers.ts';
import { batchItemBytes, blockBytes, stageItemBytes } from './item-bytes.ts';

/* What a stage asks of the table. */

/** A partition gives this much a second at most, however large the table (DynamoDB's developer guide). */
export const partitionLimit = { writeUnits: 1_000, readUnits: 3_000 };
/** A new on-demand table; it follows traffic up to twice its former peak within half an hour. */
export const warmTableLimit = { writeUnits: 4_000, readUnits: 12_000 };
/** A partition may spend what it left unused in the last five minutes, as far as AWS has it to spare. */
export const burstSeconds = 300;

/** A write unit is 1 KB or a part of it, a read unit 4 KB, each of one item. */
export const writeUnitsOf = (bytes: number) => Math.max(1, Math.ceil(bytes / 1_024));
export const readUnitsOf = (bytes: number) => Math.max(1, Math.ceil(bytes / 4_096));

export type Traffic = {
  workers: number;
  streamsPerWorker: number;
  requestMs: number;
  eventsPerRequest: number;
  blockFlushMs: number;
  /** Of the run's item: read at each heartbeat, and written where the run has an error limit. */
  runBytes: number;
  hasErrorLimit: boolean;
  pace: Pick<WorkerPace, 'pollMs' | 'heartbeatMs'>;
};

export type TableLoad = {
  /** While all wait: read units a second of the stage's one item. */
  meetingReads: number;
  /** Write units of filling the ready set, in all: each member more rewrites the item. */
  readySetWrites: number;
  /** While all measure, units a second by partition: the run's own, and the three kinds of block. */
  runWrites: number;
  runReads: number;
  sampleWrites: number;
  timelineWrites: number;
  gapWrites: number;
  /** Of all partitions. */
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
  const counts = traffic.hasErrorLimit ? writeUnitsOf(traffic.runBytes) : 0;
  const runWrites = blocks * batchUnits + beats * (batchUnits + counts);
  const sampleWrites = blocks * writeUnitsOf(bytes.samples);
  const timelineWrites = blocks * writeUnitsOf(bytes.timelines);
  const gapWrites = blocks * writeUnitsOf(bytes.gaps);
  const blockWrites = sampleWrites + timelineWrites + gapWrites;
  return {
    meetingReads: ((workers * 1_000) / pace.pollMs) * readUnitsOf(stageItemBytes(workers)),
    readySetWrites: readySetWrites(workers),
    runWrites,
    runReads: beats * readUnitsOf(traffic.runBytes),
    sampleWrites,
    timelineWrites,
    gapWrites,
    tableWrites: runWrites + blockWrites,
    requestsPerBlock,
    writeUnitsPerRequest: (blockWrites + runWrites) / (workers * requestsPerSecond),
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

/** How long a partition that had been idle carries `asked` units a second; null: for as long as they come. */
export function burstLastsSeconds(asked: number, limit: number): number | null {
  return asked <= limit ? null : (limit * burstSeconds) / (asked - limit);
}
