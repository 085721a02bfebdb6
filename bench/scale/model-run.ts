import { type Options, parseOptions } from '../../infra/aws/options.ts';
import { buildEnvironment } from '../../infra/aws/stack/cloud-environment.ts';
import { getFunctionSettings } from '../../infra/aws/stack/function-settings.ts';
import { type Config, loadConfig } from '../../shared/config.ts';
import { planRun } from '../../shared/plan/plan-run.ts';
import { paceWorkers, type WorkerPace } from '../../shared/runs/pace-workers.ts';
import { type RunSpec, runSpecSchema } from '../../shared/spec/run-spec.ts';
import { seededRandom } from '../../shared/workload/distributions/seeded-random.ts';
import { type AwsCost, awsCost } from './aws-cost.ts';
import { describeStage, type StageFigures } from './describe-stage.ts';
import { runItemBytes } from './item-bytes.ts';
import { awsLatencies } from './latencies.ts';
import { type Poller, provisionedPoller, standardPoller } from './poller.ts';
import { simulateStage } from './simulate-stage.ts';
import { type TableLoad, tableLoad } from './table-load.ts';

/** What is asked of the model: a closed loop of so many streams and requests of one length, on a deployment of its own. */
export type Asked = {
  streams: number;
  requests: number;
  requestMs: number;
  eventsPerRequest: number;
  provisioned: { min: number; max: number } | null;
  growth: Poller['growth'];
  seed: number;
  /** Other than what the code takes: how it was before, or a setting left at its default. */
  pace?: WorkerPace;
  readyTimeoutMs?: number;
};

export type Modeled = {
  workers: number;
  pace: WorkerPace;
  readyTimeoutMs: number;
  stage: StageFigures;
  table: TableLoad;
  /** Write units a second to the run's partition key from the opening of the stage to its full load. */
  gatheringWrites: number;
  cost: AwsCost;
};

/** The configuration that the stack gives its functions, with room for so many workers. */
export function cloudConfig(workers: number): { config: Config; options: Options } {
  const options = parseOptions({ maxWorkers: Math.max(2, workers) });
  const url = 'https://queue.example.com/q';
  const place = {
    tableName: 'table',
    workerQueueUrls: {},
    queueUrls: { advance: url, batch: url, finalize: url, deliver: url },
    keyArn: 'key',
    apiUrl: 'https://api.example.com',
    telemetryNamespace: 'Tokenmeter',
  };
  return { config: loadConfig(buildEnvironment('worker', place, options)), options };
}

export function specOf(streams: number, requests: number): RunSpec {
  return runSpecSchema.parse({
    seed: 1,
    targets: [{ id: 'target', baseUrl: 'https://llm.example.com/v1', model: 'model', credentialId: null }],
    load: { mode: 'concurrency', stages: [{ concurrency: streams, requests }] },
  });
}

/** A run of one stage: when its streams are there, what its table has to carry, what it costs. */
export function modelRun(asked: Asked): Modeled {
  const { streams, requests, requestMs, eventsPerRequest, seed } = asked;
  const spec = specOf(streams, requests);
  // The limits that are worked out for a deployment depend on its size, which follows from the plan.
  const [planned] = planRun(spec, { maxStreamsPerWorker: cloudConfig(2).config.maxStreamsPerWorker });
  const workers = planned?.batches.length ?? 1;
  const { config, options } = cloudConfig(workers);
  const pace = asked.pace ?? paceWorkers(config, workers);
  const readyTimeoutMs = asked.readyTimeoutMs ?? config.readyTimeoutMs;
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
        ? standardPoller(options.maxWorkers, asked.growth)
        : provisionedPoller(asked.provisioned, asked.growth),
    latencies: awsLatencies,
  };
  const stage = describeStage(simulateStage(scenario, seededRandom(seed, 'stage', streams)), scenario);
  const table = tableLoad(
    {
      workers,
      streamsPerWorker: streams / workers,
      requestMs,
      eventsPerRequest,
      blockFlushMs: config.blockFlushMs,
      runBytes: runItemBytes(spec),
      hasErrorLimit: true,
      hasCostCap: true,
      pace,
    },
    seed,
  );
  const gatheringWrites =
    (workers * openingWritesOfBatch + table.readySetWrites) / (stage.fullLoadMs / 1_000) +
    workers / (pace.heartbeatMs / 1_000);
  const cost = costOf(asked, workers, pace, stage, table, options);
  return { workers, pace, readyTimeoutMs, stage, table, gatheringWrites, cost };
}

/** A batch is written, claimed, and adopts what earlier attempts left. */
const openingWritesOfBatch = 3;
/** Claims, adoptions, the ready set, endings: calls of a worker beside heartbeats and blocks; and of its opening. */
const callsOfBatch = { writes: 6, reads: 7 };
/** A message is sent, received and deleted. */
const queueRequestsOfMessage = 3;
/** Duration of a read of all batches by the coordinator. docs/results/finalizer.md has the measurements of the finalizer. */
const advanceMs = { fixed: 100, perBatch: 1 };
const finalizerMs = { fixed: 2_000, perRequest: 0.01 };

function costOf(
  { requests }: Asked,
  workers: number,
  pace: WorkerPace,
  stage: StageFigures,
  table: TableLoad,
  options: Options,
): AwsCost {
  const gbOf = (name: 'worker' | 'coordinator' | 'finalizer') => getFunctionSettings(name, options).memoryMb / 1_024;
  const { invocations, workerSeconds, waitedSeconds } = stage;
  const advances = invocations + 1;
  const waitPolls = (waitedSeconds * 1_000) / pace.pollMs;
  const meetingReadUnits = waitPolls * (table.meetingReads / ((workers * 1_000) / pace.pollMs));
  const waitBeats = (waitedSeconds * 1_000) / pace.heartbeatMs;
  const blocks = requests / table.requestsPerBlock;
  return awsCost({
    measuringGbSeconds: (workerSeconds - waitedSeconds) * gbOf('worker'),
    waitingGbSeconds: waitedSeconds * gbOf('worker'),
    otherGbSeconds:
      ((advances * (advanceMs.fixed + advanceMs.perBatch * workers)) / 1_000) * gbOf('coordinator') +
      ((finalizerMs.fixed + requests * finalizerMs.perRequest) / 1_000) * gbOf('finalizer'),
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
