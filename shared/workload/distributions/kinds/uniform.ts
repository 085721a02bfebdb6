import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { z } from 'zod';
import { checkLeast, checkOrder, defineDistribution, tokensSchema } from './distribution-kind.ts';

export const uniform = defineDistribution({
  schema: z.strictObject({ distribution: z.literal('uniform'), min: tokensSchema, max: tokensSchema }),
  draw: ({ min, max }, random) => {
    if (min > max) throw new RangeError(`min (${min}) is greater than max (${max})`);
    return uniformInt(random, min, max);
  },
  check: (distribution, pointer, least) => [
    ...checkOrder(distribution, pointer),
    ...checkLeast(`a min (${distribution.min})`, distribution.min, pointer, least),
  ],
  readBounds: (distribution) => distribution,
  findStatedMean: ({ min, max }) => (min + max) / 2,
  findLargest: ({ max }) => max,
  describe: ({ min, max }) => `${min} to ${max}`,
});
