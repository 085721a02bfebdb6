import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { z } from 'zod';
import { type Fault, findFault } from '../../../errors/app-error.ts';
import { drawIndex } from '../draw-index.ts';
import { checkLeast, defineDistribution, tokensSchema } from './distribution-kind.ts';

export const empirical = defineDistribution({
  schema: z.strictObject({
    distribution: z.literal('empirical'),
    values: z.array(tokensSchema).min(1).max(10_000).describe('Token counts to draw from'),
    weights: z.array(z.number().min(0)).max(10_000).optional().describe('Weight of each value. Default: equal weights'),
  }),
  draw: ({ values, weights }, random) => {
    const index = weights === undefined ? uniformInt(random, 0, values.length - 1) : drawIndex(weights, random);
    const value = values[index];
    if (value === undefined)
      throw new RangeError(`Weight ${index + 1} has no value, because there are only ${values.length} values`);
    return value;
  },
  check: ({ values, weights }, pointer, least) => {
    const short = values.find((value, index) => value < least && weights?.[index] !== 0);
    return [...checkWeights(values, weights, pointer), ...checkLeast(`a value (${short})`, short, pointer, least)];
  },
  findStatedMean: ({ values, weights = values.map(() => 1) }) => {
    const weightAt = (index: number) => weights[index] ?? 0;
    const total = values.reduce((sum, _, index) => sum + weightAt(index), 0);
    return values.reduce((sum, value, index) => sum + value * weightAt(index), 0) / total;
  },
  findLargest: ({ values, weights }) =>
    values.filter((_, index) => weights?.[index] !== 0).reduce((max, value) => Math.max(max, value), 0),
  describe: ({ values }) => `${values.length} empirical values of`,
});

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
