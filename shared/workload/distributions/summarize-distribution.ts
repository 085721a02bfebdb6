import { drawTokenCount } from './draw-token-count.ts';
import { seededRandom } from './seeded-random.ts';
import type { TokenDistribution } from './token-distribution.ts';

const draws = 4_000;

/** Computes the mean of 4,000 draws from a fixed seed, redraws included. */
export function drawMean(distribution: TokenDistribution, least: number): number {
  const random = seededRandom(0, 'estimate-tokens');
  return average(Array.from({ length: draws }, () => drawTokenCount(distribution, random, least)));
}

/** Computes the plain mean; NaN for no numbers. */
export function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Returns the mean that a distribution states, before draws outside its bounds are drawn again. */
export function findStatedMean(distribution: TokenDistribution): number {
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
  const weightAt = (index: number) => (weights === undefined ? 1 : (weights[index] ?? 0));
  const total = values.reduce((sum, _, index) => sum + weightAt(index), 0);
  return values.reduce((sum, value, index) => sum + value * weightAt(index), 0) / total;
}

/** Returns the largest count that can be drawn; null if the distribution has no upper bound of its own. */
export function findLargest(distribution: TokenDistribution): number | null {
  switch (distribution.distribution) {
    case 'normal':
    case 'lognormal':
      return distribution.max ?? null;
    case 'uniform':
      return distribution.max;
    case 'fixed':
      return distribution.value;
    case 'empirical':
      return distribution.values.reduce(
        (max, value, index) => (distribution.weights?.[index] === 0 ? max : Math.max(max, value)),
        0,
      );
  }
}

/** Describes a distribution in a few words, such as "550 ± 150". */
export function describeDistribution(distribution: TokenDistribution): string {
  switch (distribution.distribution) {
    case 'normal':
    case 'lognormal':
      return `${distribution.mean} ± ${distribution.stddev}${distribution.distribution === 'normal' ? '' : ' (lognormal)'}`;
    case 'uniform':
      return `${distribution.min} to ${distribution.max}`;
    case 'fixed':
      return String(distribution.value);
    case 'empirical':
      return `${distribution.values.length} empirical values of`;
  }
}

type Sizes = { inputTokens: TokenDistribution; outputTokens: TokenDistribution };

/** Describes the sizes of a request, such as "550 ± 150 input and 150 ± 20 output tokens". */
export function describeSizes({ inputTokens, outputTokens }: Sizes): string {
  return `${describeDistribution(inputTokens)} input and ${describeDistribution(outputTokens)} output tokens`;
}
