import { computeRequestCostUsd } from '../../../shared/cost/compute-request-cost-usd.ts';
import type { StagePlan } from '../../../shared/plan/plan-run.ts';
import { type BatchTally, mergeTallies, noTally } from '../../../shared/records/batch-tally.ts';
import type { BatchRecord, RunRecord } from '../../../shared/records/records.ts';

/** Live metrics of a stage. A value is null if no request has it, or if an earlier version measured the stage. */
export type LiveMetrics = { ttftMeanMs: number | null; outputTokensPerSecond: number | null };

/** Computes the live metrics of a stage from the sums that its batches have stored so far. */
export function measureLive(batches: readonly BatchRecord[]): LiveMetrics {
  let total: BatchTally = noTally;
  for (const { progress } of batches) {
    if (progress.tally === null) return { ttftMeanMs: null, outputTokensPerSecond: null };
    total = mergeTallies(total, progress.tally);
  }
  const { ttftCount, ttftSumMs, outputTokens, firstStartAtMs, lastEndAtMs } = total;
  const spanMs = firstStartAtMs === null || lastEndAtMs === null ? 0 : lastEndAtMs - firstStartAtMs;
  return {
    ttftMeanMs: ttftCount === 0 ? null : ttftSumMs / ttftCount,
    // The times of several workers come from different clocks, so the span of few requests may be negative.
    outputTokensPerSecond: spanMs > 0 ? outputTokens / (spanMs / 1_000) : null,
  };
}

/** Computes the cost of the tokens so far in USD, including warm-up. Returns null if it is not known. */
export function measureCostUsd(
  { spec }: Pick<RunRecord, 'spec'>,
  plans: readonly StagePlan[],
  batches: readonly BatchRecord[],
): number | null {
  if (spec.targets.some(({ pricing }) => pricing === undefined)) return null;
  let costUsd = 0;
  for (const { stageIndex, progress } of batches) {
    const pricing = spec.targets[plans[stageIndex]?.targetIndex ?? -1]?.pricing;
    if (pricing === undefined || progress.tally === null) return null;
    costUsd += computeRequestCostUsd(pricing, progress.tally.billed);
  }
  return costUsd;
}
