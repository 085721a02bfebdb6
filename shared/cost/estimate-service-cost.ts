import type { ServiceCost } from '../records/service-cost.ts';
import type { Sample } from '../sample/sample.ts';
import { awsPrices } from './aws-prices.ts';

/** The AWS usage of a run. 1 GB-second is 1,024 MB of memory for 1 s. A DynamoDB unit is 1 KB written or 4 KB read. */
export type ServiceUse = ServiceCost['use'];

/** The values of a stage from which its AWS usage is estimated. */
export type StageUse = {
  batches: number;
  /** Number of requests, including the warm-up. */
  requests: number;
  /** Number of output events in all responses. Each event contains at least one token. */
  outputEvents: number;
  /** Time in ms from the start of a batch's first request to the end of its last request, summed over all batches. */
  busyMs: number;
};

/** Default memory of each Lambda function in MB. The next constants are the worker's default intervals and limits. */
const memoryMb = { worker: 1_769, coordinator: 1_024, finalizer: 3_008 };
const heartbeatMs = 1_000;
const blockFlushMs = 2_000;
const flushAtSamples = 400;
const flushAtEvents = 40_000;

/*
 * DynamoDB units for each item, measured in runs of the whole pipeline. A test compares the estimate with a run. The
 * values in bytes come from real responses, because a test server's timestamps compress better.
 */
const bytesPerSample = 30;
const bytesPerEvent = 2;
/** Storing a block writes samples, timelines, a sketch of the gaps between events, and an update of the batch. */
const writeUnitsPerBlock = 4;
const writeUnitsPerHeartbeat = 1;
/** The coordinator writes a batch to create it. A worker writes it to claim it, to report readiness, and to end it. */
const writeUnitsPerBatch = 5;
/** A stage is written when it is created and when it starts. Its part of the report is written after the run. */
const writeUnitsPerStage = 15;
const writeUnitsPerRun = 16;
const readUnitsPerBlock = 1;
const readUnitsPerHeartbeat = 1.5;
const readUnitsPerBatch = 6;
const readUnitsPerRun = 10;
/** Time in ms in which a worker starts, builds its prompts, opens its connections, and waits for the other workers. */
const workerStartMs = 5_000;
const coordinatorMs = 200;
const finalizerStartMs = 2_000;
const finalizerMsPerThousandRequests = 10;
/** Each message needs three requests: one to send, one to receive, and one to delete the message. */
const queueRequestsPerMessage = 3;

export function estimateServiceCost(stages: readonly StageUse[]): ServiceCost {
  return priceServiceUse(estimateServiceUse(stages));
}

/** Computes the cost of AWS usage in USD at AWS list prices, ignoring the free tiers. */
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

/** Estimates a run's AWS usage. Excludes empty queue polls, logs, the API, and storage after the run. */
function estimateServiceUse(stages: readonly StageUse[]): ServiceUse {
  const totals = stages.map(estimateStageUse);
  const sum = (pick: (use: ReturnType<typeof estimateStageUse>) => number) =>
    totals.reduce((all, use) => all + pick(use), 0);
  const batches = sum((use) => use.batches);
  const requests = sum((use) => use.requests);
  const workerMs = sum((use) => use.workerMs);
  // Each batch needs one message to run it and one to advance the run. Two more messages start and finalize the run.
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

/** Measures a finished stage's AWS usage. A batch is busy from its first request's start to its last request's end. */
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
