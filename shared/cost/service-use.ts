/** What a run takes of the services that it runs on. */
export type ServiceUse = {
  /** Memory · time of Lambda, in GB-seconds of 1,024 MB. */
  lambdaGbSeconds: number;
  lambdaInvocations: number;
  /** Of 1 KB written, and of 4 KB read consistently. */
  dynamodbWriteUnits: number;
  dynamodbReadUnits: number;
  sqsRequests: number;
};

/** What the use follows from, of one stage. */
export type StageUse = {
  batches: number;
  /** Warm-up included. */
  requests: number;
  /** Of all requests together: tokens, at most. */
  outputEvents: number;
  /** From the first start to the last end of a batch, all batches added up. */
  busyMs: number;
};

/** Memory in MB as the stack gives it by default, and the settings of a worker. */
const memoryMb = { worker: 1_769, coordinator: 1_024, finalizer: 3_008 };
const heartbeatMs = 1_000;
const blockFlushMs = 2_000;
const flushAtSamples = 400;
const flushAtEvents = 40_000;

/*
 * What runs were seen to write and read, counted by DynamoDB's rules of 1 KB and 4 KB through the whole pipeline; a test holds
 * the estimate against it. Bytes are those of real answers, whose instants pack less well than a test server's.
 */
const bytesPerSample = 30;
const bytesPerEvent = 2;
/** Samples, timelines, a sketch of gaps, and the update of the batch that counts them. */
const writeUnitsPerBlock = 4;
const writeUnitsPerHeartbeat = 1;
/** Opened, claimed, ready, ended. */
const writeUnitsPerBatch = 5;
/** Opened, started, and its part of the report. */
const writeUnitsPerStage = 15;
const writeUnitsPerRun = 16;
const readUnitsPerBlock = 1;
const readUnitsPerHeartbeat = 1.5;
const readUnitsPerBatch = 6;
const readUnitsPerRun = 10;
/** Cold start, building of prompts, warm connections, and waiting for the others of the stage. */
const workerStartMs = 5_000;
const coordinatorMs = 200;
/** A coordinator is called by each batch that ends, and once a minute while the run is active. */
const finalizerStartMs = 2_000;
const finalizerMsPerThousandRequests = 10;
/** A message is sent, received (alone, at the worst), and deleted. */
const queueRequestsPerMessage = 3;

/**
 * What a run takes of AWS, from its counts. Polls of empty queues, logs, the API and what is stored after the run are not the
 * run's and not in it.
 */
export function estimateServiceUse(stages: readonly StageUse[]): ServiceUse {
  const totals = stages.map(estimateStageUse);
  const sum = (pick: (use: ReturnType<typeof estimateStageUse>) => number) =>
    totals.reduce((all, use) => all + pick(use), 0);
  const batches = sum((use) => use.batches);
  const requests = sum((use) => use.requests);
  // Each batch, its advance, and two of each for the run: the first advance and the finalizer.
  const messages = 2 * batches + 2;
  const finalizerMs = finalizerStartMs + (requests / 1_000) * finalizerMsPerThousandRequests;
  const coordinations = batches + 1;
  return {
    lambdaGbSeconds:
      gbSeconds(
        memoryMb.worker,
        sum((use) => use.workerMs),
      ) +
      gbSeconds(memoryMb.coordinator, coordinations * coordinatorMs) +
      gbSeconds(memoryMb.finalizer, finalizerMs),
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

const gbSeconds = (mb: number, ms: number) => (mb / 1_024) * (ms / 1_000);
