import { drawTokenCount } from './draw-token-count.ts';
import { createSeededRandom } from './seeded-random.ts';
import { getDistributionKind, type TokenDistribution } from './token-distribution.ts';

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
  return getDistributionKind(distribution).findStatedMean(distribution);
}

/** Returns the largest possible token count. Returns null if the distribution has no upper bound. */
export function findLargest(distribution: TokenDistribution): number | null {
  return getDistributionKind(distribution).findLargest(distribution);
}

/** Describes a distribution, for example "550 ± 150". */
export function describeDistribution(distribution: TokenDistribution): string {
  return getDistributionKind(distribution).describe(distribution);
}

type Sizes = { inputTokens: TokenDistribution; outputTokens: TokenDistribution };

/** Describes the sizes of a request, for example "550 ± 150 input and 150 ± 20 output tokens". */
export function describeSizes({ inputTokens, outputTokens }: Sizes): string {
  return `${describeDistribution(inputTokens)} input and ${describeDistribution(outputTokens)} output tokens`;
}
