import type { Workload } from '../spec/run-spec.ts';
import type { TokenDistribution } from '../workload/distributions/token-distribution.ts';
import type { TokenCounts } from './request-cost-usd.ts';

/**
 * The token counts of the workload's typical request: the means that its distributions state (before draws outside their
 * bounds are drawn again). Null for a workload that states none.
 */
export function typicalTokens(workload: Workload): TokenCounts | null {
  if (workload.kind !== 'sonnet') return null;
  return { inputTokens: statedMean(workload.inputTokens), outputTokens: statedMean(workload.outputTokens) };
}

function statedMean(distribution: TokenDistribution): number {
  switch (distribution.distribution) {
    case 'normal':
    case 'lognormal':
      return distribution.mean;
    case 'uniform':
      return (distribution.min + distribution.max) / 2;
    case 'fixed':
      return distribution.value;
    case 'empirical':
      return weightedMean(distribution.values, distribution.weights);
  }
}

function weightedMean(values: readonly number[], weights: readonly number[] | undefined): number {
  const weightOf = (i: number) => (weights === undefined ? 1 : (weights[i] ?? 0));
  const total = values.reduce((sum, _, i) => sum + weightOf(i), 0);
  return values.reduce((sum, value, i) => sum + value * weightOf(i), 0) / total;
}
