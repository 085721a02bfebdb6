import { computeRequestCostUsd } from '../../shared/cost/compute-request-cost-usd.ts';
import { countBilledTokens } from '../../shared/cost/tally-bills.ts';
import type { RunRecord } from '../../shared/records/records.ts';
import { noUsage, type RunUsage, toNanoUsd } from '../../shared/records/run-usage.ts';
import type { StageInput } from '../../shared/report/build/stage-input.ts';

/** Measures what a run used, from all samples of its stages. Costs are summed before they are rounded. */
export function measureUsage({ spec }: Pick<RunRecord, 'spec'>, stages: readonly StageInput[]): RunUsage {
  const usage = { ...noUsage };
  let costUsd = 0;
  for (const { plan, samples } of stages) {
    const pricing = spec.targets[plan.targetIndex]?.pricing;
    for (const sample of samples) {
      if (sample.outcome === 'not_sent') continue;
      usage.requests += 1;
      const billed = countBilledTokens(sample);
      if (billed === null || pricing === undefined) usage.unpricedRequests += 1;
      if (billed === null) continue;
      usage.inputTokens += billed.inputTokens;
      usage.outputTokens += billed.outputTokens;
      if (pricing !== undefined) costUsd += computeRequestCostUsd(pricing, billed);
    }
  }
  return { ...usage, nanoUsd: toNanoUsd(costUsd) };
}
