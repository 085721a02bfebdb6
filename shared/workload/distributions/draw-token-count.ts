import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { z } from 'zod';
import { integerSchema, numberSchema } from '../../number-schema.ts';
import { drawStandardNormal, type Random } from './seeded-random.ts';

/** Maximum number of draws. At least 1 % are within the bounds, so all draws miss with a probability below 1e-43. */
const maxDraws = 10_000;

/**
 * Draws a token count, rounded to an integer. Draws again if the count is outside the bounds. Narrow bounds therefore
 * change the mean and the standard deviation of the counts.
 * @param least additional minimum, such as the size of the shortest possible prompt
 * @throws RangeError if no draw is within the bounds
 */
export function drawTokenCount(distribution: TokenDistribution, random: Random, least = 1): number {
  const bounds = findBounds(distribution, least);
  for (let draw = 0; draw < maxDraws; draw++) {
    const tokens = drawOnce(distribution, random);
    if (tokens >= bounds.min && tokens <= bounds.max) return tokens;
  }
  throw new RangeError(
    `The bounds cannot be met: all ${maxDraws} random draws from the ${distribution.distribution} distribution were outside ${bounds.min} to ${bounds.max} tokens`,
  );
}

/** Returns the minimum and maximum of a distribution (both inclusive). */
export function findBounds(distribution: TokenDistribution, least: number): { min: number; max: number } {
  const min = 'min' in distribution ? (distribution.min ?? 1) : 1;
  const max = 'max' in distribution ? (distribution.max ?? maxTokenCount) : maxTokenCount;
  return { min: Math.max(1, least, min), max };
}

/** Draws once and rounds to an integer. Does not check the bounds. */
export function drawOnce(distribution: TokenDistribution, random: Random): number {
  switch (distribution.distribution) {
    case 'normal':
      return Math.round(distribution.mean + distribution.stddev * drawStandardNormal(random));
    case 'lognormal':
      return Math.round(drawLognormal(distribution.mean, distribution.stddev, random));
    case 'uniform':
      if (distribution.min > distribution.max)
        throw new RangeError(`min (${distribution.min}) is greater than max (${distribution.max})`);
      return uniformInt(random, distribution.min, distribution.max);
    case 'fixed':
      return distribution.value;
    case 'empirical':
      return drawEmpirical(distribution.values, distribution.weights, random);
  }
}

/** Draws a value with mean m and standard deviation s. Its log has variance v = ln(1 + s²/m²) and mean ln m − v/2. */
function drawLognormal(mean: number, stddev: number, random: Random): number {
  const variance = Math.log1p((stddev / mean) ** 2);
  return Math.exp(Math.log(mean) - variance / 2 + Math.sqrt(variance) * drawStandardNormal(random));
}

function drawEmpirical(values: readonly number[], weights: readonly number[] | undefined, random: Random): number {
  const index = weights === undefined ? uniformInt(random, 0, values.length - 1) : drawIndex(weights, random);
  const value = values[index];
  if (value === undefined)
    throw new RangeError(`There is no value for weight ${index + 1}: the list has only ${values.length} values`);
  return value;
}

const sumsKept = new WeakMap<readonly number[], Float64Array>();

/** Returns the cumulative sums of the weights, up to the last positive weight. */
function sumWeights(weights: readonly number[]): Float64Array {
  const kept = sumsKept.get(weights);
  if (kept !== undefined) return kept;
  let sum = 0;
  const sums = Float64Array.from(weights.slice(0, weights.findLastIndex((weight) => weight > 0) + 1), (weight) => {
    sum += weight;
    return sum;
  });
  if (sums.length === 0) throw new RangeError('all weights are zero');
  sumsKept.set(weights, sums);
  return sums;
}

/** Draws an index with a probability proportional to its weight. Never returns an index with weight 0. */
function drawIndex(weights: readonly number[], random: Random): number {
  const sums = sumWeights(weights);
  return findFirstAbove(sums, uniformFloat64(random) * (sums.at(-1) ?? 0));
}

/** Returns the index of the first number above `value`, or else the last index. The numbers must be ascending. */
export function findFirstAbove(numbers: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Maximum token count of a draw, so that a prompt has at most a few megabytes. */
export const maxTokenCount = 200_000;

const tokens = integerSchema(1, maxTokenCount);
const mean = z.number().positive().max(maxTokenCount);
const stddev = numberSchema(0, maxTokenCount);
const bounds = {
  min: tokens.optional().describe('Minimum count. Lower draws are repeated'),
  max: tokens.optional().describe('Maximum count. Higher draws are repeated'),
};

/** Schema of a distribution of token counts. Each request draws a value; values outside the bounds are drawn again. */
export const tokenDistributionSchema = z
  .discriminatedUnion('distribution', [
    z.strictObject({ distribution: z.literal('normal'), mean, stddev, ...bounds }),
    z.strictObject({
      distribution: z.literal('lognormal'),
      mean: mean.describe('Mean of the counts, not of their logarithms'),
      stddev: stddev.describe('Standard deviation of the counts, not of their logarithms'),
      ...bounds,
    }),
    z.strictObject({ distribution: z.literal('uniform'), min: tokens, max: tokens }),
    z.strictObject({ distribution: z.literal('fixed'), value: tokens }),
    z.strictObject({
      distribution: z.literal('empirical'),
      values: z.array(tokens).min(1).max(10_000).describe('Token counts to draw from'),
      weights: z
        .array(z.number().min(0))
        .max(10_000)
        .optional()
        .describe('Weight of each value. Default: equal weights'),
    }),
  ])
  .meta({ id: 'TokenDistribution' });

export type TokenDistribution = z.infer<typeof tokenDistributionSchema>;
