import { computeRequestCostUsd } from '../../shared/cost/compute-request-cost-usd.ts';
import { planRun } from '../../shared/plan/plan-run.ts';
import { noTally } from '../../shared/records/batch-tally.ts';
import type { BatchRecord, RunRecord } from '../../shared/records/records.ts';
import { addUsage, noUsage, type RunUsage, toNanoUsd } from '../../shared/records/run-usage.ts';

/** Adds up what a run used from the sums of its batches, for a run whose samples could not be read. */
export function tallyUsage(run: RunRecord, batches: readonly BatchRecord[]): RunUsage {
  const plans = planRun(run.spec, run);
  return batches.reduce((sum, { stageIndex, progress }) => {
    const { ok, failed, disturbed, canceled, warmupDone, tally } = progress;
    const requests = ok + failed + disturbed + canceled + warmupDone;
    const pricing = run.spec.targets[plans[stageIndex]?.targetIndex ?? -1]?.pricing;
    const { billed } = tally ?? noTally;
    return addUsage(sum, {
      requests,
      inputTokens: billed.inputTokens,
      outputTokens: billed.outputTokens,
      nanoUsd: pricing === undefined ? 0 : toNanoUsd(computeRequestCostUsd(pricing, billed)),
      unpricedRequests: pricing === undefined || tally === null ? requests : 0,
    });
  }, noUsage);
}
