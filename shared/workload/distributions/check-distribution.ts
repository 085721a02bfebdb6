import { type Fault, findFault } from '../../errors/app-error.ts';
import { drawOnce, findBounds, type TokenDistribution } from './draw-token-count.ts';
import { createSeededRandom } from './seeded-random.ts';

const trialDraws = 10_000;
const leastShare = 0.01;

/** Checks the input and output sizes of a workload. @param leastInput minimum number of input tokens */
export function checkSizes(
  { inputTokens, outputTokens }: { inputTokens: TokenDistribution; outputTokens: TokenDistribution },
  leastInput: number,
): Fault[] {
  return [
    ...checkDistribution(inputTokens, '/workload/inputTokens', leastInput),
    ...checkDistribution(outputTokens, '/workload/outputTokens'),
  ];
}

/** Checks a distribution for problems that its schema cannot detect. @param least minimum number of tokens */
export function checkDistribution(distribution: TokenDistribution, pointer: string, least = 1): Fault[] {
  const checkLeast = (what: string, tokens: number | undefined) =>
    findFault(tokens !== undefined && tokens < least, {
      pointer,
      fault: `has ${what} below the minimum of ${least} tokens`,
      remedy: `Use at least ${least}`,
    });
  switch (distribution.distribution) {
    case 'fixed':
      return checkLeast(`a value (${distribution.value})`, distribution.value);
    case 'uniform':
      return [...checkOrder(distribution, pointer), ...checkLeast(`a min (${distribution.min})`, distribution.min)];
    case 'empirical': {
      const { values, weights } = distribution;
      const short = values.find((value, index) => value < least && weights?.[index] !== 0);
      return [...checkWeights(values, weights, pointer), ...checkLeast(`a value (${short})`, short)];
    }
    case 'normal':
    case 'lognormal': {
      const { max } = distribution;
      const faults = [...checkOrder(distribution, pointer), ...checkLeast(`a max (${max})`, max)];
      return faults.length > 0 ? faults : checkShare(distribution, pointer, least);
    }
  }
}

type Bounds = { min?: number | undefined; max?: number | undefined };

function checkOrder({ min, max }: Bounds, pointer: string): Fault[] {
  return findFault(min !== undefined && max !== undefined && min > max, {
    pointer,
    fault: `has a min (${min}) greater than max (${max})`,
    remedy: 'Swap or change the two values',
  });
}

function checkWeights(values: readonly number[], weights: readonly number[] | undefined, pointer: string): Fault[] {
  if (weights === undefined) return [];
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (weights.length !== values.length) {
    const fault = `has ${weights.length} weights for ${values.length} values`;
    return [{ pointer, fault, remedy: 'Specify one weight for each value, or omit weights' }];
  }
  if (sum === 0) return [{ pointer, fault: 'has only zero weights', remedy: 'Set at least one weight above 0' }];
  return findFault(!Number.isFinite(sum), {
    pointer,
    fault: 'has weights whose sum is too large',
    remedy: 'Use smaller weights',
  });
}

/** Checks that at least 1 % of the drawn values are within the bounds, estimated with a fixed seed. */
function checkShare(distribution: TokenDistribution, pointer: string, least: number): Fault[] {
  const { min, max } = findBounds(distribution, least);
  const random = createSeededRandom(0, 'check-distribution');
  let met = 0;
  for (let draw = 0; draw < trialDraws; draw++) {
    const tokens = drawOnce(distribution, random);
    if (tokens >= min && tokens <= max) met++;
  }
  return findFault(met < leastShare * trialDraws, {
    pointer,
    fault: `has bounds that are too narrow: fewer than 1 in 100 random draws fall within ${min} to ${max} tokens`,
    remedy: 'Widen the bounds, or move the mean closer to them',
  });
}
