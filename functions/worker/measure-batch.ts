import type { PhaseLoad } from '../../shared/load/modes/load-mode.ts';
import type { Exchange, InstrumentSession, Phase, PhaseNote } from '../../shared/measure/instrument.ts';
import { computeOwnSlipMs } from '../../shared/measure/interpret-exchange.ts';
import { createRequestSigner } from '../../shared/measure/sign-request.ts';
import { findMeetingStage, listMeasuredIndices, listWarmupIndices } from '../../shared/plan/plan-run.ts';
import { buildEndpoint, type TargetEndpoint } from '../../shared/protocols/build-request.ts';
import { loadDialect } from '../../shared/protocols/load-dialect.ts';
import type { AttemptNote, BatchProgress } from '../../shared/records/records.ts';
import { loadDataset } from '../../shared/runs/load-dataset.ts';
import { drainMarginMs } from '../../shared/runs/pace-workers.ts';
import { createUnsentSample } from '../../shared/sample/create-sample.ts';
import type { RunSpec } from '../../shared/spec/run-spec.ts';
import type { Target } from '../../shared/spec/target.ts';
import { listSecrets } from '../../shared/spec/target-key.ts';
import { quantile } from '../../shared/stats/quantile.ts';
import type { Dataset } from '../../shared/workload/datasets/dataset.ts';
import { computePromptDigest } from '../../shared/workload/workload.ts';
import type { BatchEnd, BatchEnding } from './batch-ending.ts';
import { buildPhaseLoad } from './build-phase-load.ts';
import { stopRun } from './check-error-rate.ts';
import type { ClaimedBatch } from './claim-batch.ts';
import { createSampleCollector, type Measured, type SampleCollector } from './collect-samples.ts';
import type { WorkerDeps } from './compose.ts';
import { describeRuntime } from './describe-runtime.ts';
import type { Lease } from './hold-lease.ts';
import { measureSample, type SampleContext } from './measure-sample.ts';
import { meetAtStart } from './meet-at-start.ts';
import { type OpenConversations, openConversations } from './open-conversations.ts';
import { createRequestSource, type RequestSource } from './prepare-requests.ts';
import { createCostBudget } from './reserve-cost.ts';

/** Enough to tell two workloads apart, and built in a moment. */
const maxDigestedPrompts = 20;

/** Warms up, meets the other batches, runs the load, and stores every sample; says how it ended. */
export async function measureBatch(
  deps: WorkerDeps,
  claimed: ClaimedBatch,
  lease: Lease,
  ending: BatchEnding,
  remainingMs: () => number,
): Promise<BatchEnd> {
  const { run, batch, record } = claimed;
  const target = run.spec.targets[claimed.stage.targetIndex];
  if (target === undefined) throw new Error(`The spec of ${run.runId} has no target ${claimed.stage.targetIndex}`);
  const handoverAtMs = deps.clock.nowMs() + remainingMs() - run.spec.limits.requestTimeoutMs - drainMarginMs;
  const apiKey = await openCredential(deps, run.tenantId, target);
  if (apiKey === undefined) return endUnmeasured(claimed, 'credential_missing');
  const dataset = await loadDataset(deps, run.tenantId, run.spec.workload);
  if (dataset === undefined) return endUnmeasured(claimed, 'dataset_missing');
  const dialect = await loadDialect(target.protocol);
  const endpoint = buildEndpoint(dialect, target, apiKey);
  const { maxCostUsd } = run.spec.limits;
  const budget = maxCostUsd === undefined ? null : createCostBudget(deps, run, maxCostUsd, batch.concurrency);
  const live = openConversations(claimed);
  const addUnasked = (indices: readonly number[]) =>
    collector.addUnsent(indices.map((index) => createUnsentSample(index, false, batch.batchIndex, 'no_history')));
  const source = createRequestSource({
    spec: run.spec,
    stage: claimed.stage,
    dataset,
    target,
    dialect,
    endpoint,
    signer: createRequestSigner(target, apiKey, () => deps.clock.nowMs()),
    budget,
    onCapReached: () => {
      ending.signal('cost_cap');
      stopRun(deps, run, 'cost_cap').catch((error: unknown) => deps.logger.warn('stop not stored', { error }));
    },
    live: live === null ? null : { held: live.held, onUnaskable: addUnasked },
  });
  const prompts = digestPrompts(claimed, dataset);
  const session = await openSession(deps, run.spec, target, endpoint);
  const slipsMs: number[] = [];
  const measure = measureWith(claimed, source, slipsMs, {
    batchIndex: batch.batchIndex,
    attempt: record.attempt,
    originWallMs: session.originWallMs,
    dialect,
    secrets: listSecrets(apiKey),
    stallTimeoutMs: run.spec.limits.stallTimeoutMs,
  });
  const failing = Promise.withResolvers<never>();
  // Whoever races it sees the failure; nobody else needs to.
  failing.promise.catch(() => {});
  const collector = createSampleCollector(deps, record, lease, measure, failing.reject);
  ending.onLost(collector.close);
  addUnasked(live?.lost ?? []);
  try {
    const loading = loadBatch({
      deps,
      claimed,
      dataset,
      session,
      source,
      live,
      collector,
      ending,
      handoverAtMs,
    });
    // Where storing fails first, the load is broken off below, and how it ends is of no interest.
    loading.catch(() => {});
    const { note, last } = await Promise.race([loading, failing.promise]);
    await collector.drain();
    if (!ending.isLost()) source.freeUnsent();
    const attempt =
      note === null
        ? null
        : describeAttempt(record.attempt, note, slipsMs, { runtime: describeRuntime(deps.config), prompts });
    return buildBatchEnd(claimed, collector.progress, ending, attempt, last, deps.clock.nowMs());
  } finally {
    collector.close();
    await session.close();
    await budget?.close();
  }
}

/** Reads one exchange, settles its cost, and notes how late it was sent. */
function measureWith(
  { stage }: ClaimedBatch,
  source: RequestSource,
  slipsMs: number[],
  context: SampleContext,
): (exchange: Exchange) => Measured {
  return (exchange) => {
    const warmup = exchange.index >= stage.requests;
    const measured = measureSample(context, exchange, source.promptOf(exchange.index), warmup);
    source.settle(measured.sample, measured.answer);
    const slipMs = computeOwnSlipMs(exchange);
    if (!warmup && slipMs !== null) slipsMs.push(slipMs);
    return measured;
  };
}

type LoadContext = {
  deps: WorkerDeps;
  claimed: ClaimedBatch;
  dataset: Dataset | null;
  session: InstrumentSession;
  source: RequestSource;
  live: OpenConversations | null;
  collector: SampleCollector;
  ending: BatchEnding;
  handoverAtMs: number;
};

type LastStart = { atMs: number; reason: BatchEnd['reason'] | 'handover' };
type Loaded = { note: PhaseNote | null; last: LastStart };

async function loadBatch(context: LoadContext): Promise<Loaded> {
  const { deps, claimed, dataset, session, source, live, collector, ending, handoverAtMs } = context;
  const { run, plan, stage, batch, doneIndices } = claimed;
  const warm = listWarmupIndices(batch).filter((index) => !doneIndices.has(index));
  if (warm.length > 0 && !ending.isEnding()) {
    const load: PhaseLoad = { mode: 'concurrency', concurrency: Math.min(batch.concurrency, warm.length) };
    const requests = source.prepare(warm, true);
    const handle = session.run(
      { load, count: warm.length, requests, startAtMs: null, lastStartAtMs: handoverAtMs },
      collector.add,
    );
    ending.watch(handle);
    await handle.done;
    await collector.drain();
  }
  const agreedAtMs = await meetAtStart(
    deps,
    run,
    plan,
    { stageIndex: stage.stageIndex, batchIndex: batch.batchIndex },
    ending.isEnding,
  );
  const last = await findLastStart(deps, claimed, handoverAtMs);
  const indices = listMeasuredIndices(batch).filter((index) => !doneIndices.has(index));
  const count = live?.count ?? indices.length;
  if (ending.isEnding() || count === 0) return { note: null, last };
  const phase: Phase = {
    load: buildPhaseLoad(run.spec.seed, stage, batch, claimed.record.attempt, indices, dataset),
    count,
    ...(live === null ? {} : { ahead: live.ahead }),
    requests: source.prepare(indices, false),
    startAtMs: agreedAtMs,
    lastStartAtMs: last.atMs,
  };
  const handle = session.run(phase, collector.add);
  ending.measuring(collector.progress.issued);
  ending.watch(handle);
  const note = await handle.done;
  collector.progress.issued += handle.progress().issued;
  return { note, last };
}

/** The instant after which this attempt starts no request, and what that means for those left. */
async function findLastStart(deps: WorkerDeps, claimed: ClaimedBatch, handoverAtMs: number): Promise<LastStart> {
  const { run, plan, stage } = claimed;
  const candidates: LastStart[] = [{ atMs: handoverAtMs, reason: 'handover' }];
  const startedAtMs =
    (await deps.stages.get(run.runId, findMeetingStage(plan, stage.stageIndex)))?.startAtMs ?? deps.clock.nowMs();
  const { durationMs } = stage.load;
  if (durationMs !== null) candidates.push({ atMs: startedAtMs + durationMs, reason: 'stage_duration' });
  if (run.startedAtMs !== null)
    candidates.push({ atMs: run.startedAtMs + run.spec.limits.maxDurationMs, reason: 'run_duration' });
  return candidates.reduce((first, other) => (other.atMs < first.atMs ? other : first));
}

/** The target's key; null where it needs none, undefined where its credential is gone. */
async function openCredential(deps: WorkerDeps, tenantId: string, target: Target): Promise<string | null | undefined> {
  if (target.credentialId === null) return null;
  const credential = await deps.credentials.get(tenantId, target.credentialId);
  if (credential === null) return undefined;
  return deps.secrets.open(credential.sealed, { tenantId, credentialId: credential.credentialId });
}

const missingMessages = {
  credential_missing: 'The credential of the target was deleted before the run ended',
  dataset_missing: 'The dataset of the workload was deleted before the run ended',
} as const;

function endUnmeasured({ batch, record, doneIndices }: ClaimedBatch, code: keyof typeof missingMessages): BatchEnd {
  return {
    kind: 'end',
    left: batch.count + batch.warmupCount - doneIndices.size,
    reason: code,
    failure: { code, message: missingMessages[code] },
    attempts: record.attempts,
    progress: record.progress,
  };
}

async function openSession(
  deps: WorkerDeps,
  spec: RunSpec,
  target: Target,
  endpoint: TargetEndpoint,
): Promise<InstrumentSession> {
  const { requestTimeoutMs, firstTokenTimeoutMs, stallTimeoutMs } = spec.limits;
  const timeouts = { requestTimeoutMs, firstTokenTimeoutMs: firstTokenTimeoutMs ?? null, stallTimeoutMs };
  const { protocol, connection } = target;
  return deps.instrument.openSession({ protocol, ...endpoint, connection }, timeouts);
}

/** Of the first batch of a run: a digest of what it is about to ask. Made before the load, which it would disturb. */
function digestPrompts({ run, stage, batch }: ClaimedBatch, dataset: Dataset | null): AttemptNote['prompts'] {
  if (stage.stageIndex > 0 || batch.batchIndex > 0) return null;
  const count = Math.min(maxDigestedPrompts, stage.requests);
  return { count, sha256: computePromptDigest(run.spec.workload, run.spec.seed, count, dataset) };
}

function describeAttempt(
  attempt: number,
  note: PhaseNote,
  slipsMs: readonly number[],
  proof: Pick<AttemptNote, 'runtime' | 'prompts'>,
): AttemptNote {
  const { startMs: _start, endMs: _end, calibration, ...figures } = note;
  const stamps = calibration?.stampErrorsMs ?? [];
  return {
    attempt,
    ...figures,
    slipP99Ms: quantile(slipsMs, 0.99),
    errorP50Ms: quantile(stamps, 0.5),
    errorP99Ms: quantile(stamps, 0.99),
    errorReads: stamps.length,
    startErrorP99Ms: quantile(calibration?.startErrorsMs ?? [], 0.99),
    ...proof,
  };
}

function buildBatchEnd(
  { batch, record }: ClaimedBatch,
  progress: BatchProgress,
  ending: BatchEnding,
  note: AttemptNote | null,
  { reason, atMs }: LastStart,
  nowMs: number,
): BatchEnd {
  const attempts = note === null ? record.attempts : [...record.attempts, note];
  const ended = progress.ok + progress.failed + progress.canceled + progress.notSent + progress.warmupDone;
  const left = batch.count + batch.warmupCount - ended;
  const base = { left, attempts, failure: null, progress: { ...progress, inFlight: 0 } };
  const signaled = ending.reason();
  if (signaled !== null || left === 0) return { ...base, kind: 'end', reason: signaled ?? 'worker_lost' };
  // Nothing was to end the load, and it ended: a fault of ours, which must not pass for a choice.
  if (nowMs < atMs && !ending.isLost()) throw new Error(`The load ended with ${left} requests left`);
  return reason === 'handover'
    ? { ...base, kind: 'handover', reason: 'worker_lost' }
    : { ...base, kind: 'end', reason };
}
