import { type BatchPlan, findGroup, planRun, type StagePlan } from '../../shared/plan/plan-run.ts';
import { noProgress } from '../../shared/records/manifest.ts';
import type { BatchMessage } from '../../shared/records/messages.ts';
import {
  type BatchProgress,
  type BatchRecord,
  countEnded,
  countSteps,
  isTerminal,
  type RunRecord,
} from '../../shared/records/records.ts';
import { measureActiveMs } from '../../shared/runs/active-time.ts';
import { paceWorkers } from '../../shared/runs/pace-workers.ts';
import { countSample } from './collect-samples.ts';
import type { WorkerDeps } from './compose.ts';

export type ClaimedBatch = {
  run: RunRecord;
  plan: StagePlan[];
  stage: StagePlan;
  batch: BatchPlan;
  record: BatchRecord;
  /** Indices of the requests that already have a sample from an earlier attempt. */
  doneIndices: Set<number>;
  /** Instant of the monotonic clock at which the run has been active for `limits.maxDurationMs`. */
  deadlineMs: number;
};

/**
 * Claims a batch with a conditional write. Returns null if another message or a later attempt has claimed it. Loads all
 * samples that earlier attempts stored. Blocks that those attempts store later are ignored.
 */
export async function claimBatch(
  deps: Pick<WorkerDeps, 'runs' | 'batches' | 'blocks' | 'clock' | 'config'>,
  message: BatchMessage,
  owner: string,
): Promise<ClaimedBatch | null> {
  const run = await deps.runs.get(message.runId);
  if (run === null || isTerminal(run.status)) return null;
  const { runId, stageIndex, batchIndex, attempt } = message;
  const remainingMs = run.spec.limits.maxDurationMs - measureActiveMs(run, deps.clock.nowMs());
  const deadlineMs = deps.clock.monotonicMs() + remainingMs;
  const plan = planRun(run.spec, run);
  const stage = plan[stageIndex];
  const batch = stage?.batches[batchIndex];
  if (stage === undefined || batch === undefined)
    throw new Error(`Internal error: the plan of ${runId} has no batch ${batchIndex} in stage ${stageIndex}`);
  const key = { runId, stageIndex, batchIndex };
  const { leaseMs } = paceWorkers(deps.config, findGroup(plan, stageIndex).workers);
  const leaseEnd = () => deps.clock.nowMs() + leaseMs;
  const queued = { status: 'queued', attempt } as const;
  const held = { status: 'running', attempt, leaseOwner: owner } as const;
  let renewedAtMs = deps.clock.monotonicMs();
  const claim = { status: 'running', leaseOwner: owner, leaseExpiresAtMs: leaseEnd() } as const;
  const claimed = await deps.batches.update(key, queued, claim);
  if (claimed === null) return null;
  const blocks = await deps.blocks.countBlocks(runId, stageIndex, batchIndex);
  const doneIndices = new Set<number>();
  const progress = { ...noProgress };
  for await (const samples of deps.blocks.readSamples(runId, stageIndex, batchIndex, blocks)) {
    for (const sample of samples) {
      // Two lost attempts may both have stored this request. The first sample is used, as in the report.
      if (doneIndices.has(sample.requestIndex)) continue;
      doneIndices.add(sample.requestIndex);
      countSample(progress, sample);
    }
    if (deps.clock.monotonicMs() - renewedAtMs < leaseMs / 3) continue;
    if ((await deps.batches.update(key, held, { leaseExpiresAtMs: leaseEnd() })) === null) return null;
    renewedAtMs = deps.clock.monotonicMs();
  }
  progress.issued = progress.ok + progress.failed + progress.disturbed + progress.canceled;
  const peakEnded = Math.max(claimed.peakEnded, countEnded(claimed.progress));
  const counts = { progress, peakEnded, repeatedSteps: countRepeatedSteps(claimed, progress) };
  const record = await deps.batches.update(key, held, { blocks, ...counts, leaseExpiresAtMs: leaseEnd() });
  return record === null ? null : { run, plan, stage, batch, record, doneIndices, deadlineMs };
}

/** Adds the steps that were lost with the earlier worker, and one for a claim after the first. */
function countRepeatedSteps(claimed: BatchRecord, progress: BatchProgress): number {
  const lost = Math.max(0, countSteps(claimed.progress) - countSteps(progress));
  return claimed.repeatedSteps + lost + (claimed.attempt > 1 ? 1 : 0);
}
