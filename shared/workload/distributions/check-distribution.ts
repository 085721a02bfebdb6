import { type Fault, findFault } from '../../errors/app-error.ts';
import { drawOnce, findBounds } from './draw-token-count.ts';
import { seededRandom } from './seeded-random.ts';
import type { TokenDistribution } from './token-distribution.ts';

const trialDraws = 10_000;
const leastShare = 0.01;

/** Returns the faults of the sizes that a workload draws. @param leastInput - fewest tokens of its input */
export function checkSizes(
  { inputTokens, outputTokens }: { inputTokens: TokenDistribution; outputTokens: TokenDistribution },
  leastInput: number,
): Fault[] {
  return [
    ...checkDistribution(inputTokens, '/workload/inputTokens', leastInput),
    ...checkDistribution(outputTokens, '/workload/outputTokens'),
  ];
}

/**
 * Returns the faults of a distribution that its schema cannot see.
 * @param least - fewest tokens that can be asked for
 */
export function checkDistribution(distribution: TokenDistribution, pointer: string, least = 1): Fault[] {
  const checkLeast = (what: string, tokens: number | undefined) =>
    findFault(tokens !== undefined && tokens < least, {
      pointer,
      fault: `${what} is below ${least}, the fewest tokens this can be`,
      remedy: `Use ${least} or more`,
    });
  switch (distribution.distribution) {
    case 'fixed':
      return checkLeast(`value (${distribution.value})`, distribution.value);
    case 'uniform':
      return [...checkOrder(distribution, pointer), ...checkLeast(`min (${distribution.min})`, distribution.min)];
    case 'empirical': {
      const { values, weights } = distribution;
      const short = values.find((value, index) => value < least && weights?.[index] !== 0);
      return [...checkWeights(values, weights, pointer), ...checkLeast(`the value ${short}`, short)];
    }
    case 'normal':
    case 'lognormal': {
      const { max } = distribution;
      const faults = [...checkOrder(distribution, pointer), ...checkLeast(`max (${max})`, max)];
      return faults.length > 0 ? faults : checkShare(distribution, pointer, least);
    }
  }
}

type Bounds = { min?: number | undefined; max?: number | undefined };

function checkOrder({ min, max }: Bounds, pointer: string): Fault[] {
  return findFault(min !== undefined && max !== undefined && min > max, {
    pointer,
    fault: `min (${min}) is greater than max (${max})`,
    remedy: 'Swap or change them',
  });
}

function checkWeights(values: readonly number[], weights: readonly number[] | undefined, pointer: string): Fault[] {
  if (weights === undefined) return [];
  if (weights.length !== values.length)
    return findFault(true, {
      pointer,
      fault: `${weights.length} weights for ${values.length} values`,
      remedy: 'Give one weight for each value, or none',
    });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return [
    ...findFault(sum === 0, {
      pointer,
      fault: 'all weights are zero',
      remedy: 'Give one at least that is greater',
    }),
    ...findFault(!Number.isFinite(sum), {
      pointer,
      fault: 'the weights add up to infinity',
      remedy: 'Give smaller ones',
    }),
  ];
}

/** Bounds that less than one draw in a hundred meets are taken for a mistake. Found by drawing, from a fixed seed. */
function checkShare(distribution: TokenDistribution, pointer: string, least: number): Fault[] {
  const { min, max } = findBounds(distribution, least);
  const random = seededRandom(0, 'check-distribution');
  let met = 0;
  for (let draw = 0; draw < trialDraws; draw++) {
    const tokens = drawOnce(distribution, random);
    if (tokens >= min && tokens <= max) met++;
  }
  return findFault(met < leastShare * trialDraws, {
    pointer,
    fault: `fewer than 1 in 100 draws lie from ${min} to ${max} tokens`,
    remedy: 'Widen the bounds or move the mean',
  });
}
