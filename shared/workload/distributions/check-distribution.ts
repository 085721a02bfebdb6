import { boundsOf, drawOnce } from './draw-token-count.ts';
import { seededRandom } from './seeded-random.ts';
import type { TokenDistribution } from './token-distribution.ts';

const trialDraws = 10_000;
const leastShare = 0.01;

/**
 * Faults of a distribution that its schema cannot see, each a sentence with its remedy; empty where there is none.
 * @param least - fewest tokens that can be asked for: `minimumInputTokens(workload)` for input tokens, 1 for output
 */
export function checkDistribution(distribution: TokenDistribution, least = 1): string[] {
  switch (distribution.distribution) {
    case 'fixed':
      return distribution.value < least ? [`value (${distribution.value}) is below ${leastNote(least)}`] : [];
    case 'uniform':
      return [
        ...orderFaults(distribution.min, distribution.max),
        ...(distribution.min < least ? [`min (${distribution.min}) is below ${leastNote(least)}`] : []),
      ];
    case 'empirical':
      return empiricalFaults(distribution.values, distribution.weights, least);
    case 'normal':
    case 'lognormal': {
      const { min, max } = distribution;
      const faults = orderFaults(min, max);
      if (max !== undefined && max < least) faults.push(`max (${max}) is below ${leastNote(least)}`);
      return faults.length > 0 ? faults : shareFaults(distribution, least);
    }
  }
}

function leastNote(least: number): string {
  return `${least}, the fewest tokens this can be; use ${least} or more`;
}

function orderFaults(min: number | undefined, max: number | undefined): string[] {
  return min !== undefined && max !== undefined && min > max
    ? [`min (${min}) is greater than max (${max}); swap or change them`]
    : [];
}

function empiricalFaults(values: readonly number[], weights: readonly number[] | undefined, least: number): string[] {
  const faults: string[] = [];
  if (weights !== undefined && weights.length !== values.length)
    faults.push(`${weights.length} weights for ${values.length} values; give one weight for each value, or none`);
  else if (weights !== undefined) {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (sum === 0) faults.push('all weights are zero; give one at least that is greater');
    else if (!Number.isFinite(sum)) faults.push('the weights add up to infinity; give smaller ones');
  }
  const short = values.find((value, index) => value < least && weights?.[index] !== 0);
  if (short !== undefined) faults.push(`the value ${short} is below ${leastNote(least)}`);
  return faults;
}

/** Bounds that less than one draw in a hundred meets are taken for a mistake. Told by drawing, from a fixed seed. */
function shareFaults(distribution: TokenDistribution, least: number): string[] {
  const { min, max } = boundsOf(distribution, least);
  const random = seededRandom(0, 'check-distribution');
  let met = 0;
  for (let draw = 0; draw < trialDraws; draw++) {
    const tokens = drawOnce(distribution, random);
    if (tokens >= min && tokens <= max) met++;
  }
  return met < leastShare * trialDraws
    ? [`fewer than 1 in 100 draws lie from ${min} to ${max} tokens; widen the bounds or move the mean`]
    : [];
}
