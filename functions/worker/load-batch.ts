import { getStageMode } from '../../shared/load/load.ts';
import type { PhaseLoad } from '../../shared/load/modes/load-mode.ts';
import type { InstrumentSession, Phase, PhaseNote } from '../../shared/measure/instrument.ts';
import {
  type BatchPlan,
  findGroup,
  findMeetingStage,
  listMeasuredIndices,
  listWarmupIndices,
  type StagePlan,
} from '../../shared/plan/plan-run.ts';
import type { Deps } from '../../shared/ports.ts';
import type { RunRecord } from '../../shared/records/records.ts';
import { paceWorkers } from '../../shared/runs/pace-workers.ts';
import type { Dataset } from '../../shared/workload/datasets/dataset.ts';
import type { Attempt, BatchEnd } from './batch-ending.ts';
import type { ClaimedBatch } from './claim-batch.ts';
import type { SampleCollector } from './collect-samples.ts';
import type { WorkerDeps } from './compose.ts';
import type { OpenConversations } from './open-conversations.ts';
import type { RequestSource } from './prepare-requests.ts';

export type LoadContext = Attempt & {
  dataset: Dataset | null;
  session: InstrumentSession;
  source: RequestSource;
  live: OpenConversations | null;
  collector: SampleCollector;
  handoverAtMs: number;
};

/** Time after which an attempt starts no more requests, and the reason to store for the requests that are not sent. */
export type LastStart = { atMs: number; reason: BatchEnd['reason'] | 'handover' };

/** Sends the warm-up requests, waits for the other batches of the group, and runs the measured load. */
export async function loadBatch(context: LoadContext): Promise<{ note: PhaseNote | null; last: LastStart }> {
  const { deps, claimed, dataset, session, source, live, collector, ending, handoverAtMs } = context;
  const { run, plan, stage, batch, doneIndices } = claimed;
  const warm = listWarmupIndices(batch).filter((index) => !doneIndices.has(index));
  if (warm.length > 0 && !ending.isEnding()) {
    const load: PhaseLoad = { mode: 'concurrency', concurrency: Math.min(batch.concurrency, warm.length) };
    const requests = source.prepare(warm, true);
    const phase: Phase = { load, count: warm.length, requests, startAtMs: null, lastStartAtMs: handoverAtMs };
    const handle = session.run(phase, collector.add, collector.addPart);
    ending.watch(handle);
    await handle.done;
    await collector.drain();
  }
  const member = { stageIndex: stage.stageIndex, batchIndex: batch.batchIndex };
  const agreedAtMs = await meetAtStart(deps, run, plan, member, ending.isEnding);
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
  const handle = session.run(phase, collector.add, collector.addPart);
  ending.watch(handle, collector.progress.issued);
  const note = await handle.done;
  collector.progress.issued += handle.progress().issued;
  return { note, last };
}

/**
 * Builds the load of one attempt for the requests that are not yet measured. A later attempt continues the load of
 * earlier attempts: it does not ramp up again, and does not send all overdue requests at once.
 */
export function buildPhaseLoad(
  seed: number,
  { load, levelIndex, requests, batches }: StagePlan,
  { batchIndex, concurrency }: BatchPlan,
  attempt: number,
  indices: readonly number[],
  dataset: Dataset | null = null,
): PhaseLoad {
  const place = { seed, levelIndex, requests, batchIndex, batchCount: batches.length };
  return getStageMode(load).toPhaseLoad(load, { ...place, concurrency, attempt, indices, dataset });
}

/**
 * Waits for the other batches of the stage's group, so that all start together. The last batch to arrive, or one that
 * waited `readyTimeoutMs`, sets the start time. Returns null if the start time has passed or the batch is ending.
 */
export async function meetAtStart(
  deps: Pick<Deps, 'stages' | 'clock' | 'config'>,
  run: RunRecord,
  plan: readonly StagePlan[],
  member: { stageIndex: number; batchIndex: number },
  isEnding: () => boolean,
): Promise<number | null> {
  const { workers } = findGroup(plan, member.stageIndex);
  const meeting = findMeetingStage(plan, member.stageIndex);
  const { pollMs, leadMs, readyTimeoutMs } = paceWorkers(deps.config, workers);
  const waitUntilMs = deps.clock.monotonicMs() + readyTimeoutMs;
  const toFuture = (atMs: number) => (atMs > deps.clock.nowMs() && isPlausible(deps.clock, atMs) ? atMs : null);
  let record = await deps.stages.addReady(run.runId, meeting, `${member.stageIndex}#${member.batchIndex}`);
  while (!isEnding()) {
    if (record.startAtMs !== null) return toFuture(record.startAtMs);
    if (record.ready.length >= workers || deps.clock.monotonicMs() > waitUntilMs)
      return toFuture(await deps.stages.agreeStart(run.runId, meeting, deps.clock.nowMs() + leadMs));
    await deps.clock.sleep(pollMs);
    record = (await deps.stages.get(run.runId, meeting)) ?? record;
  }
  return null;
}

/** Longest time in ms between an agreement and its start, with the maximum number of workers. */
const maxLeadMs = 60_000;

/** Returns whether a stored start is plausible. If it is too far ahead, the clock was set back after the agreement. */
function isPlausible(clock: Pick<Deps['clock'], 'nowMs'>, startAtMs: number): boolean {
  return startAtMs <= clock.nowMs() + maxLeadMs;
}

async function findLastStart(deps: WorkerDeps, claimed: ClaimedBatch, handoverAtMs: number): Promise<LastStart> {
  const { run, plan, stage } = claimed;
  const candidates: LastStart[] = [{ atMs: handoverAtMs, reason: 'handover' }];
  const nowMs = deps.clock.nowMs();
  const agreedMs = (await deps.stages.get(run.runId, findMeetingStage(plan, stage.stageIndex)))?.startAtMs ?? nowMs;
  const startedAtMs = isPlausible(deps.clock, agreedMs) ? agreedMs : nowMs;
  const { durationMs } = stage.load;
  if (durationMs !== null) candidates.push({ atMs: startedAtMs + durationMs, reason: 'stage_duration' });
  candidates.push({ atMs: nowMs + claimed.deadlineMs - deps.clock.monotonicMs(), reason: 'run_duration' });
  return candidates.reduce((first, other) => (other.atMs < first.atMs ? other : first));
}
