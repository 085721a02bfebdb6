import type { Config } from '../../shared/config.ts';
import { AnswerReading } from '../../shared/measure/answer-reading.ts';
import type { Exchange, ExchangePart, PhaseNote, Timeouts } from '../../shared/measure/instrument.ts';
import { computeOwnSlipMs } from '../../shared/measure/interpret-exchange.ts';
import { createAnswerLimits } from '../../shared/measure/read-answer.ts';
import { createRequestSigner } from '../../shared/measure/sign-request.ts';
import { buildEndpoint } from '../../shared/protocols/build-request.ts';
import { loadDialect } from '../../shared/protocols/load-dialect.ts';
import type { AttemptNote, WorkerRuntime } from '../../shared/records/attempt-note.ts';
import type { BatchProgress } from '../../shared/records/records.ts';
import { loadDataset } from '../../shared/runs/load-dataset.ts';
import { drainMarginMs } from '../../shared/runs/pace-workers.ts';
import { createUnsentSample } from '../../shared/sample/sample.ts';
import type { RunSpec } from '../../shared/spec/run-spec.ts';
import type { Target } from '../../shared/spec/target.ts';
import { listSecrets } from '../../shared/spec/target-secrets.ts';
import { quantile } from '../../shared/stats/quantile.ts';
import { runInSlices } from '../../shared/time-slices.ts';
import { tokenmeterVersion } from '../../shared/version.ts';
import type { Dataset } from '../../shared/workload/datasets/dataset.ts';
import { computePromptDigest } from '../../shared/workload/workload.ts';
import type { Attempt, BatchEnd, BatchEnding } from './batch-ending.ts';
import { createCostBudget, stopRun } from './check-limits.ts';
import type { ClaimedBatch } from './claim-batch.ts';
import { createSampleCollector, type Measure, measureSample, type SampleContext } from './collect-samples.ts';
import { type LastStart, loadBatch } from './load-batch.ts';
import { openConversations } from './open-conversations.ts';
import { type OpenAccess, openAccess, openSession } from './open-target.ts';
import { createRequestSource, type RequestSource } from './prepare-requests.ts';
import { describeSecrets, openRecorder, type Recorder } from './record-exchanges.ts';
import { routeTarget } from './route-target.ts';

/** Maximum number of prompts in the digest: enough to distinguish two workloads, and few enough to build quickly. */
const maxDigestedPrompts = 20;

/** Runs the load of a batch, stores a sample for every request, and returns how the batch ended. */
export async function measureBatch(attempt: Attempt, remainingMs: () => number): Promise<BatchEnd> {
  const { deps, claimed } = attempt;
  const { run, stage } = claimed;
  const { targets, limits, workload } = run.spec;
  const target = targets[stage.targetIndex];
  if (target === undefined)
    throw new Error(`Internal error: the spec of ${run.runId} has no target with index ${stage.targetIndex}`);
  const handoverAtMs = deps.clock.nowMs() + remainingMs() - limits.requestTimeoutMs - drainMarginMs;
  const access = await openAccess(deps, run.tenantId, target);
  if (access.refusal !== null) return endUnmeasured(claimed, 'credential_missing', access.refusal);
  const dataset = await loadDataset(deps, run.tenantId, workload);
  if (dataset === undefined) return endUnmeasured(claimed, 'dataset_missing', missingDataset);
  return measureTarget(attempt, { target, access, dataset, handoverAtMs });
}

type Inputs = { target: Target; access: OpenAccess; dataset: Dataset | null; handoverAtMs: number };

async function measureTarget(attempt: Attempt, { target, access, dataset, handoverAtMs }: Inputs): Promise<BatchEnd> {
  const { deps, claimed, lease, ending } = attempt;
  const { run, stage, batch, record } = claimed;
  const { spec } = run;
  const { secrets, source: role } = access;
  const dialect = await loadDialect(target.protocol);
  const built = buildEndpoint(dialect, target, secrets.apiKey, secrets.secretHeaders);
  const { endpoint, proxy } = routeTarget(target, built, deps.config.proxies);
  const { maxCostUsd, stallTimeoutMs } = spec.limits;
  const budget = maxCostUsd === undefined ? null : createCostBudget(deps, run, maxCostUsd, batch.concurrency);
  const live = openConversations(claimed, ending.loss);
  const addUnasked = (indices: readonly number[]) =>
    collector.addUnsent(indices.map((index) => createUnsentSample(index, false, batch.batchIndex, 'no_history')));
  const source = createRequestSource({
    ...{ spec, stage, dataset, target, dialect, endpoint, budget },
    signer: createRequestSigner(target, secrets.apiKey, () => deps.clock.nowMs(), role),
    loss: ending.loss,
    onCapReached: () => {
      ending.signal('cost_cap');
      stopRun(deps, run, 'cost_cap').catch((error: unknown) => deps.logger.warn('stop not stored', { error }));
    },
    live: live === null ? null : { held: live.held, onLostTurns: addUnasked },
  });
  const prompts = await digestPrompts(claimed, dataset, ending.loss);
  const own = { ...endpoint, proxy, clientKey: secrets.clientKey };
  const session = await openSession(deps, target, own, readTimeouts(spec), spec.recordExchanges !== undefined);
  const slipsMs: number[] = [];
  const { originWallMs } = session;
  const place = { batchIndex: batch.batchIndex, attempt: record.attempt, originWallMs };
  const limits = createAnswerLimits(deps.config.maxResponseBytes);
  const context = { ...place, dialect, secrets: listSecrets(secrets), stallTimeoutMs, limits };
  const recorder = openRecorder(attempt, describeSecrets(target, secrets, proxy, dialect), originWallMs);
  const failing = Promise.withResolvers<never>();
  // `Promise.race` below handles this rejection. Until then, Node.js must not report it as unhandled.
  failing.promise.catch(() => {});
  const measure = createMeasure(stage.requests, source, slipsMs, context, recorder, ending.loss);
  const collector = createSampleCollector(deps, record, lease, measure, failing.reject, ending.loss);
  addUnasked(live?.lost ?? []);
  try {
    const loading = loadBatch({ ...attempt, dataset, session, source, live, collector, handoverAtMs });
    // If storing samples fails before the load ends, the code below aborts the load and ignores its result.
    loading.catch(() => {});
    const { note, last } = await Promise.race([loading, failing.promise]);
    await collector.drain();
    if (!ending.isLost()) source.freeUnsent();
    await recorder?.drain();
    const proof = { runtime: describeRuntime(deps.config), prompts };
    const attemptNote = note === null ? null : describeAttempt(record.attempt, note, slipsMs, proof);
    return buildBatchEnd(claimed, collector.progress, ending, attemptNote, last, deps.clock.nowMs());
  } finally {
    collector.close();
    recorder?.close();
    await session.close();
    await budget?.close();
  }
}

/** Creates the function that converts a finished request to a sample and records its cost and how late it was sent. */
export function createMeasure(
  firstWarmupIndex: number,
  source: Pick<RequestSource, 'promptOf' | 'settle'>,
  slipsMs: number[],
  context: SampleContext,
  recorder: Recorder | null,
  loss: AbortSignal,
): Measure {
  /** Responses of which parts were read, by the index of their request. */
  const readings = new Map<number, AnswerReading>();
  const readPart = async (part: ExchangePart) => {
    const reading = readings.get(part.index) ?? new AnswerReading(context.dialect, context.limits);
    readings.set(part.index, reading);
    await runInSlices(reading.feed(part), loss);
  };
  const measure = async (exchange: Exchange) => {
    const { index } = exchange;
    const warmup = index >= firstWarmupIndex;
    const measuring = measureSample(context, exchange, source.promptOf(index), warmup, readings.get(index));
    readings.delete(index);
    const measured = await runInSlices(measuring, loss);
    source.settle(measured.sample, measured.answer);
    recorder?.keep(exchange, measured.sample, measured.outputText);
    const slipMs = computeOwnSlipMs(exchange);
    if (!warmup && !exchange.disturbed && slipMs !== null) slipsMs.push(slipMs);
    return measured;
  };
  return { readPart, measure };
}

const missingDataset = { code: 'dataset_missing', message: 'The dataset of the workload was deleted' };

function endUnmeasured(
  { batch, record, doneIndices }: ClaimedBatch,
  reason: 'credential_missing' | 'dataset_missing',
  failure: { code: string; message: string },
): BatchEnd {
  const left = batch.count + batch.warmupCount - doneIndices.size;
  return { kind: 'end', left, reason, failure, note: null, progress: record.progress };
}

function readTimeouts({ limits }: RunSpec): Timeouts {
  const { requestTimeoutMs, firstTokenTimeoutMs = null, stallTimeoutMs } = limits;
  return { requestTimeoutMs, firstTokenTimeoutMs, stallTimeoutMs };
}

/** Computes a digest of the run's first prompts, before the load starts. Returns null except for the first batch. */
async function digestPrompts(
  { run, stage, batch }: ClaimedBatch,
  dataset: Dataset | null,
  loss: AbortSignal,
): Promise<AttemptNote['prompts']> {
  if (stage.stageIndex > 0 || batch.batchIndex > 0) return null;
  const count = Math.min(maxDigestedPrompts, stage.requests);
  const digest = computePromptDigest(run.spec.workload, run.spec.seed, count, dataset);
  return { count, sha256: await runInSlices(digest, loss) };
}

function describeRuntime({ workerRegion: region }: Pick<Config, 'workerRegion'>): WorkerRuntime {
  const platform = `${process.platform} ${process.arch}`;
  return { tokenmeterVersion, nodeVersion: process.versions.node, platform, region };
}

function describeAttempt(
  attempt: number,
  { startMs: _start, endMs: _end, calibration, stalls, ...health }: PhaseNote,
  slipsMs: readonly number[],
  proof: Pick<AttemptNote, 'runtime' | 'prompts'>,
): AttemptNote {
  const stamps = calibration?.stampErrorsMs ?? [];
  return {
    attempt,
    ...health,
    longestStallMs: stalls.reduce((longest, { lengthMs }) => Math.max(longest, lengthMs), 0),
    slipP99Ms: quantile(slipsMs, 0.99),
    errorP50Ms: quantile(stamps, 0.5),
    errorP99Ms: quantile(stamps, 0.99),
    errorReads: stamps.length,
    startErrorP99Ms: quantile(calibration?.startErrorsMs ?? [], 0.99),
    ...proof,
  };
}

function buildBatchEnd(
  { batch }: ClaimedBatch,
  progress: BatchProgress,
  ending: BatchEnding,
  note: AttemptNote | null,
  { reason, atMs }: LastStart,
  nowMs: number,
): BatchEnd {
  const { ok, failed, disturbed, canceled, notSent, warmupDone } = progress;
  const ended = ok + failed + disturbed + canceled + notSent + warmupDone;
  const left = batch.count + batch.warmupCount - ended;
  const base = { left, note, failure: null, progress: { ...progress, inFlight: 0 } };
  const signaled = ending.reason();
  if (signaled !== null || left === 0) return { ...base, kind: 'end', reason: signaled ?? 'worker_lost' };
  // The load ended without a reason. This is a bug, and must not look like an intended stop.
  if (nowMs < atMs && !ending.isLost())
    throw new Error(`Internal error: the load ended although ${left} requests had not been sent`);
  if (reason === 'handover') return { ...base, kind: 'handover', reason: 'worker_lost' };
  return { ...base, kind: 'end', reason };
}
