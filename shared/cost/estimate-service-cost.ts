import type { ServiceCost } from '../records/service-cost.ts';
import type { Sample } from '../sample/sample.ts';
import { awsPrices } from './aws-prices.ts';

/** GB-seconds count memory of 1,024 MB; DynamoDB units are 1 KB written, or 4 KB read consistently. */
export type ServiceUse = ServiceCost['use'];

/** The counts of one stage that determine the use. */
export type StageUse = {
  batches: number;
  /** Warm-up included. */
  requests: number;
  /** Output events of all requests; at most their tokens. */
  outputEvents: number;
  /** Time from the first start to the last end of a batch, summed over all batches. */
  busyMs: number;
};

/** Default memory of the stack in MB, and the settings of a worker. */
const memoryMb = { worker: 1_769, coordinator: 1_024, finalizer: 3_008 };
const heartbeatMs = 1_000;
const blockFlushMs = 2_000;
const flushAtSamples = 400;
const flushAtEvents = 40_000;

/*
 * Units that measured runs wrote and read in the whole pipeline; a test compares the estimate with a run. Bytes are those of
 * real answers, whose instants compress less than those of a test server.
 */
const bytesPerSample = 30;
const bytesPerEvent = 2;
/** Samples, timelines, a sketch of gaps, and the update of the batch. */
const writeUnitsPerBlock = 4;
const writeUnitsPerHeartbeat = 1;
/** Writes of a batch when it is opened, claimed, ready, and ended. */
const writeUnitsPerBatch = 5;
/** Writes of a stage when it is opened and started, and its part of the report. */
const writeUnitsPerStage = 15;
const writeUnitsPerRun = 16;
const readUnitsPerBlock = 1;
const readUnitsPerHeartbeat = 1.5;
const readUnitsPerBatch = 6;
const readUnitsPerRun = 10;
/** Cold start, prompts, connections, and waiting for the other workers of the stage. */
const workerStartMs = 5_000;
const coordinatorMs = 200;
const finalizerStartMs = 2_000;
const finalizerMsPerThousandRequests = 10;
/** A message is sent, received, and deleted. */
const queueRequestsPerMessage = 3;

export function estimateServiceCost(stages: readonly StageUse[]): ServiceCost {
  return priceServiceUse(estimateServiceUse(stages));
}

/** Prices the use at list prices, beyond any free tier. */
export function priceServiceUse(use: ServiceUse): ServiceCost {
  const lambdaUsd =
    use.lambdaGbSeconds * awsPrices.usdPerGbSecond + (use.lambdaInvocations * awsPrices.usdPerMillionInvocations) / 1e6;
  const dynamodbUsd =
    (use.dynamodbWriteUnits * awsPrices.usdPerMillionWriteUnits +
      use.dynamodbReadUnits * awsPrices.usdPerMillionReadUnits) /
    1e6;
  const sqsUsd = (use.sqsRequests * awsPrices.usdPerMillionQueueRequests) / 1e6;
  const { asOf, region, source } = awsPrices;
  return {
    use,
    lambdaUsd,
    dynamodbUsd,
    sqsUsd,
    totalUsd: lambdaUsd + dynamodbUsd + sqsUsd,
    prices: { asOf, region, source },
  };
}

/**
 * Estimates the AWS use of a run from its counts. Excludes polls of empty queues, logs, the API, and storage after the run.
 */
export function estimateServiceUse(stages: readonly StageUse[]): ServiceUse {
  const totals = stages.map(estimateStageUse);
  const sum = (pick: (use: ReturnType<typeof estimateStageUse>) => number) =>
    totals.reduce((all, use) => all + pick(use), 0);
  const batches = sum((use) => use.batches);
  const requests = sum((use) => use.requests);
  const workerMs = sum((use) => use.workerMs);
  // One for each batch and its advance, one for the first advance, and one for the finalizer.
  const messages = 2 * batches + 2;
  const finalizerMs = finalizerStartMs + (requests / 1_000) * finalizerMsPerThousandRequests;
  const coordinations = batches + 1;
  return {
    lambdaGbSeconds:
      toGbSeconds(memoryMb.worker, workerMs) +
      toGbSeconds(memoryMb.coordinator, coordinations * coordinatorMs) +
      toGbSeconds(memoryMb.finalizer, finalizerMs),
    lambdaInvocations: batches + coordinations + 1,
    dynamodbWriteUnits: Math.ceil(writeUnitsPerRun + sum((use) => use.writeUnits)),
    dynamodbReadUnits: Math.ceil(readUnitsPerRun + sum((use) => use.readUnits)),
    sqsRequests: messages * queueRequestsPerMessage,
  };
}

function estimateStageUse({ batches, requests, outputEvents, busyMs }: StageUse) {
  const byTime = busyMs / blockFlushMs + batches;
  const blocks = Math.min(requests, Math.max(byTime, requests / flushAtSamples, outputEvents / flushAtEvents));
  const heartbeats = busyMs / heartbeatMs;
  const bytes = requests * bytesPerSample + outputEvents * bytesPerEvent;
  return {
    batches,
    requests,
    workerMs: busyMs + batches * workerStartMs,
    writeUnits:
      bytes / 1_024 +
      blocks * writeUnitsPerBlock +
      heartbeats * writeUnitsPerHeartbeat +
      batches * writeUnitsPerBatch +
      writeUnitsPerStage,
    readUnits:
      bytes / 4_096 + blocks * readUnitsPerBlock + heartbeats * readUnitsPerHeartbeat + batches * readUnitsPerBatch,
  };
}

const toGbSeconds = (mb: number, ms: number) => (mb / 1_024) * (ms / 1_000);

/** Counts the use of a finished stage. A batch is busy from its first start to its last end. */
export function measureStageUse(batches: number, samples: readonly Sample[]): StageUse {
  const spans = new Map<number, { fromMs: number; toMs: number }>();
  let requests = 0;
  let outputEvents = 0;
  for (const { batchIndex, originWallMs, startMs, endMs, outputEvents: events } of samples) {
    if (originWallMs === null || startMs === null) continue;
    requests += 1;
    outputEvents += events;
    const fromMs = originWallMs + startMs;
    const toMs = originWallMs + Math.max(startMs, endMs ?? startMs);
    const span = spans.get(batchIndex);
    if (span === undefined) spans.set(batchIndex, { fromMs, toMs });
    else {
      span.fromMs = Math.min(span.fromMs, fromMs);
      span.toMs = Math.max(span.toMs, toMs);
    }
  }
  const busyMs = [...spans.values()].reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
  return { batches, requests, outputEvents, busyMs };
}
