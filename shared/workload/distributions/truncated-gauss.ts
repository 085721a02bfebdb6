import type { TokenDistribution } from './token-distribution.ts';

/**
 * LLMPerf's rule for a token count, `int(gauss(mean, stddev))` drawn again until it is large enough, as a distribution
 * of ours: we round to the nearest integer, and a number cut towards zero is the nearest to one half less.
 */
export function truncatedGauss({ mean, stddev }: { mean: number; stddev: number }): TokenDistribution {
  return { distribution: 'normal', mean: mean - 0.5, stddev };
}
