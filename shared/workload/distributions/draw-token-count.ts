import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { drawStandardNormal } from './draw-standard-normal.ts';
import type { Random } from './seeded-random.ts';
import { maxTokenCount, type TokenDistribution } from './token-distribution.ts';

/** `checkDistribution` lets through what one draw in a hundred meets: then this many fail with a chance below 1e-43. */
const maxDraws = 10_000;

/**
 * One token count: a draw rounded to the nearest integer, drawn again while it lies outside the bounds.
 * Drawing again moves mean and standard deviation where the bounds cut off much of the distribution.
 * @param least - lower bound beside the distribution's own, such as the shortest prompt that can be built
 * @throws RangeError where the bounds cannot be met (`checkDistribution` tells beforehand)
 */
export function drawTokenCount(distribution: TokenDistribution, random: Random, least = 1): number {
  const bounds = findBounds(distribution, least);
  for (let draw = 0; draw < maxDraws; draw++) {
    const tokens = drawOnce(distribution, random);
    if (tokens >= bounds.min && tokens <= bounds.max) return tokens;
  }
  throw new RangeError(
    `${maxDraws} draws of the ${distribution.distribution} distribution all lay outside ${bounds.min} to ${bounds.max} tokens: the bounds cannot be met`,
  );
}

/** The bounds that draws must meet, both included. */
export function findBounds(distribution: TokenDistribution, least: number): { min: number; max: number } {
  const min = 'min' in distribution ? (distribution.min ?? 1) : 1;
  const max = 'max' in distribution ? (distribution.max ?? maxTokenCount) : maxTokenCount;
  return { min: Math.max(1, least, min), max };
}

/** One draw, rounded to the nearest integer, whether or not it meets the bounds. */
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

/** Mean m and standard deviation s of the counts give the logarithm's: variance ln(1 + s²/m²), mean ln m - variance / 2. */
function drawLognormal(mean: number, stddev: number, random: Random): number {
  const variance = Math.log1p((stddev / mean) ** 2);
  return Math.exp(Math.log(mean) - variance / 2 + Math.sqrt(variance) * drawStandardNormal(random));
}

function drawEmpirical(values: readonly number[], weights: readonly number[] | undefined, random: Random): number {
  const index = weights === undefined ? uniformInt(random, 0, values.length - 1) : drawIndex(cumulate(weights), random);
  const value = values[index];
  if (value === undefined) throw new RangeError(`${values.length} values, but a weight for a value ${index + 1}`);
  return value;
}

type Cumulated = { sums: Float64Array; last: number };
const cumulatedKept = new WeakMap<readonly number[], Cumulated>();

function cumulate(weights: readonly number[]): Cumulated {
  const kept = cumulatedKept.get(weights);
  if (kept !== undefined) return kept;
  let sum = 0;
  const sums = Float64Array.from(weights, (weight) => {
    sum += weight;
    return sum;
  });
  const cumulated = { sums, last: weights.findLastIndex((weight) => weight > 0) };
  if (cumulated.last < 0) throw new RangeError('all weights are zero');
  cumulatedKept.set(weights, cumulated);
  return cumulated;
}

/** The first index whose running sum passes the drawn share of the total; never one of weight 0. */
function drawIndex({ sums, last }: Cumulated, random: Random): number {
  const drawn = uniformFloat64(random) * (sums[last] ?? 0);
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] ?? 0) > drawn) high = middle;
    else low = middle + 1;
  }
  return low;
}
