import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeRun, type Service } from '../../infra/client/run-client.ts';
import { startLocal } from '../../infra/local/start-local.ts';
import { startProvider } from '../../infra/provider/start-provider.ts';
import { readReport } from '../../shared/report/model/read-report.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { paceWorkers } from '../../shared/runs/pace-workers.ts';
import { createSeededRandom } from '../../shared/workload/distributions/seeded-random.ts';
import { describeStage } from './describe-stage.ts';
import { renderRows, whole } from './render-scale.ts';
import type { Latencies, Scenario } from './scenario.ts';
import { simulateStage } from './simulate-stage.ts';

/* Compares the model with the embedded service on this machine at sizes that it can run. */

const streamsPerWorker = 4;
const workerCounts = [1, 2, 3, 4];
const runsOfEach = 5;

type Seen = { fullLoadMs: number; startSkewMs: number };
type Compared = { workers: number; measured: Seen[]; modeled: Seen[] };

/**
 * Runs 1 to 4 workers on the embedded service and in the model, five times each. The model uses two values of the machine:
 * the number of cores, and the median time of a single worker from the start of the run to its load.
 */
export async function checkEmbedded(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tokenmeter-scale-'));
  const provider = await startProvider('anyscale-2023', join(directory, 'provider.ndjson'));
  const environment = {
    LOG_LEVEL: 'error',
    MAX_STREAMS_PER_WORKER: String(streamsPerWorker),
    WARM_LOCAL_WORKERS: '4',
    LOOPBACK_PORTS: 'any',
  };
  const server = await startLocal({ dataDir: join(directory, 'data'), port: 0, environment });
  try {
    // The first run loads the worker processes.
    await measure(server, provider.url, Math.max(...workerCounts));
    const measured = new Map<number, Seen[]>(workerCounts.map((workers) => [workers, []]));
    for (let run = 0; run < runsOfEach; run++)
      for (const workers of workerCounts) measured.get(workers)?.push(await measure(server, provider.url, workers));
    const loneMs = middle((measured.get(1) ?? []).map(({ fullLoadMs }) => fullLoadMs));
    return render(
      workerCounts.map((workers) => compare(workers, measured.get(workers) ?? [], loneMs)),
      loneMs,
    );
  } finally {
    await server.close();
    await provider.close();
    await rm(directory, { recursive: true });
  }
}

async function measure(service: Service, baseUrl: string, workers: number): Promise<Seen> {
  const streams = workers * streamsPerWorker;
  const workload = { kind: 'sonnet', outputTokens: { distribution: 'fixed', value: 20 } };
  // The model has no warm-up requests, which precede the synchronized start.
  const load = { mode: 'concurrency', stages: [{ concurrency: streams, requests: streams }], warmupRequests: 0 };
  const spec = { targets: [{ baseUrl, model: 'meta-llama/Llama-2-70b-chat-hf' }], workload, load };
  return readStarts(readReport((await completeRun(service, spec)).reportJson), workers);
}

function readStarts({ run, stages: [stage] }: Report, workers: number): Seen {
  const latesMs = (stage?.workers ?? []).map(({ startLateMs }) => startLateMs ?? 0);
  const startAt = stage?.startAt ?? null;
  if (startAt === null || run.startedAt === null || latesMs.length !== workers)
    throw new Error(`The run started ${latesMs.length} workers instead of ${workers}.`);
  const agreedMs = Date.parse(startAt) - Date.parse(run.startedAt);
  return { fullLoadMs: agreedMs + Math.max(...latesMs), startSkewMs: Math.max(...latesMs) - Math.min(...latesMs) };
}

function compare(workers: number, measured: Seen[], loneMs: number): Compared {
  const modeled = measured.map((_, seed) => {
    const scenario = buildLocalScenario(workers, loneMs);
    return describeStage(simulateStage(scenario, createSeededRandom(seed, 'embedded', workers)), scenario);
  });
  return { workers, measured, modeled };
}

/**
 * Builds the scenario of one host with one clock and loaded processes. The time of a single worker includes its calls to the
 * table and the queue. Opening a session keeps a core busy, so more workers than cores slow each other down.
 */
function buildLocalScenario(workers: number, loneMs: number): Scenario {
  const call = { medianMs: 3, sigma: 0.5 };
  const none = { medianMs: 0, sigma: 0 };
  const callsMs = 10 * call.medianMs;
  const latencies: Latencies = {
    table: call,
    queue: call,
    dispatch: call,
    coldStart: none,
    session: { medianMs: Math.max(0, loneMs - callsMs) * Math.max(1, workers / availableParallelism()), sigma: 0.1 },
    clockErrorMs: 0,
    timer: { medianMs: 1, sigma: 0.5 },
  };
  const waits = { readyTimeoutMs: 30_000, resendAfterMs: 10_000, workerStartsPerMinute: 0 };
  const pace = paceWorkers({ heartbeatMs: 1_000, leaseMs: 5_000, ...waits }, workers);
  const limits = { requestTimeoutMs: 90_000, workerTimeLimitMs: 86_400_000, readyTimeoutMs: 30_000 };
  const poller = { initial: 16, addedPerMinute: 0, most: 16, growth: 'even' } as const;
  return { workers, loadMs: 1_000, requestMs: 1_000, ...limits, pace, poller, latencies };
}

function render(rows: readonly Compared[], loneMs: number): string {
  const of = (seen: readonly Seen[], pick: (one: Seen) => number, show: (ms: number) => string) => {
    const values = seen.map(pick);
    return `${show(middle(values))} (${show(Math.min(...values))}–${show(Math.max(...values))})`;
  };
  const tenths = (ms: number) => ms.toFixed(1);
  const table = renderRows(rows, [
    ['workers', ({ workers }) => String(workers)],
    ['streams', ({ workers }) => String(workers * streamsPerWorker)],
    ['full load, ms: measured', ({ measured }) => of(measured, (one) => one.fullLoadMs, whole)],
    ['modeled', ({ modeled }) => of(modeled, (one) => one.fullLoadMs, whole)],
    ['start skew, ms: measured', ({ measured }) => of(measured, (one) => one.startSkewMs, tenths)],
    ['modeled', ({ modeled }) => of(modeled, (one) => one.startSkewMs, tenths)],
  ]);
  const n = `${runsOfEach} runs of each size: median (minimum–maximum).`;
  return `${n} A single worker needs ${whole(loneMs)} ms, which is an input of the model.\n\n${table}`;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
