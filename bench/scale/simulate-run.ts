import { type Options, parseOptions } from '../../infra/aws/options.ts';
import { buildEnvironment } from '../../infra/aws/stack/cloud-environment.ts';
import { getFunctionSettings } from '../../infra/aws/stack/function-settings.ts';
import { type Config, loadConfig } from '../../shared/config.ts';
import { awsPrices } from '../../shared/cost/aws-prices.ts';
import { planRun } from '../../shared/plan/plan-run.ts';
import { paceWorkers, type WorkerPace } from '../../shared/runs/pace-workers.ts';
import { type RunSpec, runSpecSchema } from '../../shared/spec/run-spec.ts';
import { createSeededRandom } from '../../shared/workload/distributions/seeded-random.ts';
import { describeStage, type StageSummary } from './describe-stage.ts';
import { countRunBytes } from './item-bytes.ts';
import { createProvisionedPoller, createStandardPoller, type Poller } from './poller.ts';
import { awsLatencies } from './scenario.ts';
import { simulateStage } from './simulate-stage.ts';
import { computeTableLoad, type TableLoad } from './table-load.ts';

/** Input of the model: a closed loop of equal requests on its own deployment. */
export type Asked = {
  streams: number;
  requests: number;
  requestMs: number;
  eventsPerRequest: number;
  provisioned: { min: number; max: number } | null;
  growth: Poller['growth'];
  seed: number;
  /** Overrides of the product's values, for comparisons. */
  pace?: Partial<WorkerPace>;
  readyTimeoutMs?: number;
};

export type Modeled = {
  workers: number;
  pace: WorkerPace;
  readyTimeoutMs: number;
  stage: StageSummary;
  table: TableLoad;
  /** Write units per second to the run's partition key from the opening of the stage to its full load. */
  gatheringWrites: number;
  cost: AwsCost;
};

/** Builds the configuration of a stack with this maximum number of workers. */
export function buildCloudConfig(workers: number): { config: Config; options: Options } {
  const options = parseOptions({ maxWorkers: Math.max(2, workers) });
  const url = 'https://queue.example.com/q';
  const place = {
    bucketName: 'tokenmeter',
    tableName: 'table',
    workerQueueUrls: {},
    queueUrls: { advance: url, batch: url, finalize: url, deliver: url },
    keyArn: 'key',
    apiUrl: 'https://api.example.com',
    telemetryNamespace: 'Tokenmeter',
  };
  return { config: loadConfig(buildEnvironment('worker', place, options)), options };
}

export function buildSpec(streams: number, requests: number): RunSpec {
  return runSpecSchema.parse({
    seed: 1,
    targets: [{ id: 'target', baseUrl: 'https://llm.example.com/v1', model: 'model', credentialId: null }],
    load: { mode: 'concurrency', stages: [{ concurrency: streams, requests }] },
  });
}

/** Models a run of one stage: its start, the load of its table, and its cost. */
export function simulateRun(asked: Asked): Modeled {
  const { streams, requests, requestMs, eventsPerRequest, seed } = asked;
  const spec = buildSpec(streams, requests);
  // The limits of a deployment depend on its size, which follows from the plan.
  const [planned] = planRun(spec, { maxStreamsPerWorker: buildCloudConfig(2).config.maxStreamsPerWorker });
  const workers = planned?.batches.length ?? 1;
  const { config, options } = buildCloudConfig(workers);
  const pace = { ...paceWorkers(config, workers), ...asked.pace };
  const readyTimeoutMs = asked.readyTimeoutMs ?? pace.readyTimeoutMs;
  const scenario = {
    workers,
    loadMs: (requests / streams - 1) * requestMs,
    requestMs,
    requestTimeoutMs: spec.limits.requestTimeoutMs,
    workerTimeLimitMs: config.workerTimeLimitMs,
    readyTimeoutMs,
    pace,
    poller:
      asked.provisioned === null
        ? createStandardPoller(options.maxWorkers, asked.growth)
        : createProvisionedPoller(asked.provisioned, asked.growth),
    latencies: awsLatencies,
  };
  const stage = describeStage(simulateStage(scenario, createSeededRandom(seed, 'stage', streams)), scenario);
  const table = computeTableLoad(
    {
      workers,
      streamsPerWorker: streams / workers,
      requestMs,
      eventsPerRequest,
      blockFlushMs: config.blockFlushMs,
      runBytes: countRunBytes(spec),
      hasErrorLimit: true,
      hasCostCap: true,
      pace,
    },
    seed,
  );
  const gatheringWrites =
    (workers * openingWritesOfBatch + table.readySetWrites) / (stage.fullLoadMs / 1_000) +
    workers / (pace.heartbeatMs / 1_000);
  const cost = computeCost(asked, workers, pace, stage, table, options);
  return { workers, pace, readyTimeoutMs, stage, table, gatheringWrites, cost };
}

/** A batch is written and claimed, and adopts the blocks of earlier attempts. */
const openingWritesOfBatch = 3;
/** Calls of a worker other than heartbeats and blocks: opening, claim, adoption, ready set, and end. */
const callsOfBatch = { writes: 6, reads: 7 };
/** A message is sent, received and deleted. */
const queueRequestsOfMessage = 3;
/** Time of the coordinator to read all batches, and of the finalizer (measured in docs/results/finalizer.md). */
const advanceMs = { fixed: 100, perBatch: 1 };
const finalizerMs = { fixed: 2_000, perRequest: 0.01 };

function computeCost(
  { requests }: Asked,
  workers: number,
  pace: WorkerPace,
  stage: StageSummary,
  table: TableLoad,
  options: Options,
): AwsCost {
  const readGb = (name: 'worker' | 'coordinator' | 'finalizer') => getFunctionSettings(name, options).memoryMb / 1_024;
  const { invocations, workerSeconds, waitedSeconds } = stage;
  const advances = invocations + 1;
  const waitPolls = (waitedSeconds * 1_000) / pace.pollMs;
  const meetingReadUnits = waitPolls * (table.meetingReads / ((workers * 1_000) / pace.pollMs));
  const waitBeats = (waitedSeconds * 1_000) / pace.heartbeatMs;
  const blocks = requests / table.requestsPerBlock;
  return priceAwsUse({
    measuringGbSeconds: (workerSeconds - waitedSeconds) * readGb('worker'),
    waitingGbSeconds: waitedSeconds * readGb('worker'),
    otherGbSeconds:
      ((advances * (advanceMs.fixed + advanceMs.perBatch * workers)) / 1_000) * readGb('coordinator') +
      ((finalizerMs.fixed + requests * finalizerMs.perRequest) / 1_000) * readGb('finalizer'),
    invocations: invocations + advances + 1,
    writeUnits:
      requests * table.writeUnitsPerRequest + table.readySetWrites + waitBeats + invocations * callsOfBatch.writes,
    readUnits:
      meetingReadUnits +
      (workerSeconds * 1_000) / pace.heartbeatMs +
      advances * table.advanceReads +
      invocations * callsOfBatch.reads +
      // The finalizer reads each block's samples and gaps.
      blocks * 2,
    queueRequests: (invocations + advances + 1) * queueRequestsOfMessage,
  });
}

/** AWS usage of a run. A write unit is up to 1 KB, a read unit up to 4 KB with strong consistency. */
type AwsUse = {
  /** Usage of workers that measure, of workers that wait for others, and of all other functions. */
  measuringGbSeconds: number;
  waitingGbSeconds: number;
  otherGbSeconds: number;
  invocations: number;
  writeUnits: number;
  readUnits: number;
  queueRequests: number;
};

/** Cost in USD by purpose. */
export type AwsCost = {
  measuring: number;
  waiting: number;
  otherLambda: number;
  writes: number;
  reads: number;
  queues: number;
  total: number;
};

/** Prices the usage at list prices without a free tier, storage, logs, or traffic. */
export function priceAwsUse(use: AwsUse): AwsCost {
  const { usdPerGbSecond, usdPerMillionInvocations, usdPerMillionWriteUnits } = awsPrices;
  const millions = (count: number, priceUsd: number) => (count / 1e6) * priceUsd;
  const parts = {
    measuring: use.measuringGbSeconds * usdPerGbSecond,
    waiting: use.waitingGbSeconds * usdPerGbSecond,
    otherLambda: use.otherGbSeconds * usdPerGbSecond + millions(use.invocations, usdPerMillionInvocations),
    writes: millions(use.writeUnits, usdPerMillionWriteUnits),
    reads: millions(use.readUnits, awsPrices.usdPerMillionReadUnits),
    queues: millions(use.queueRequests, awsPrices.usdPerMillionQueueRequests),
  };
  return { ...parts, total: Object.values(parts).reduce((sum, usd) => sum + usd, 0) };
}
