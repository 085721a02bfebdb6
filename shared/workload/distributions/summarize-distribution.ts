import { drawTokenCount, type TokenDistribution } from './draw-token-count.ts';
import { createSeededRandom } from './seeded-random.ts';

const draws = 4_000;

/** Estimates the mean token count from 4,000 draws with a fixed seed. Draws outside the bounds are repeated. */
export function drawMean(distribution: TokenDistribution, least: number): number {
  const random = createSeededRandom(0, 'estimate-tokens');
  return average(Array.from({ length: draws }, () => drawTokenCount(distribution, random, least)));
}

/** Computes the arithmetic mean. Returns NaN for an empty list. */
export function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Returns the mean from a distribution's parameters. Bounds can change the mean of the drawn values. */
export function findStatedMean(distribution: TokenDistribution): number {
  if ('mean' in distribution) return distribution.mean;
  if ('value' in distribution) return distribution.value;
  if ('max' in distribution) return (distribution.min + distribution.max) / 2;
  const { values, weights = values.map(() => 1) } = distribution;
  const weightAt = (index: number) => weights[index] ?? 0;
  const total = values.reduce((sum, _, index) => sum + weightAt(index), 0);
  return values.reduce((sum, value, index) => sum + value * weightAt(index), 0) / total;
}

/** Returns the largest possible token count. Returns null if the distribution has no upper bound. */
export function findLargest(distribution: TokenDistribution): number | null {
  if ('value' in distribution) return distribution.value;
  if (!('values' in distribution)) return distribution.max ?? null;
  const { values, weights } = distribution;
  const drawn = values.filter((_, index) => weights?.[index] !== 0);
  return drawn.reduce((max, value) => Math.max(max, value), 0);
}

/** Describes a distribution, for example "550 ± 150". */
export function describeDistribution(distribution: TokenDistribution): string {
  switch (distribution.distribution) {
    case 'normal':
      return `${distribution.mean} ± ${distribution.stddev}`;
    case 'lognormal':
      return `${distribution.mean} ± ${distribution.stddev} (lognormal)`;
    case 'uniform':
      return `${distribution.min} to ${distribution.max}`;
    case 'fixed':
      return String(distribution.value);
    case 'empirical':
      return `${distribution.values.length} empirical values of`;
  }
}

type Sizes = { inputTokens: TokenDistribution; outputTokens: TokenDistribution };

/** Describes the sizes of a request, for example "550 ± 150 input and 150 ± 20 output tokens". */
export function describeSizes({ inputTokens, outputTokens }: Sizes): string {
  return `${describeDistribution(inputTokens)} input and ${describeDistribution(outputTokens)} output tokens`;
}
