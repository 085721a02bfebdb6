import { z } from 'zod';
import { checkLeast, defineDistribution, tokensSchema } from './distribution-kind.ts';

export const fixed = defineDistribution({
  schema: z.strictObject({ distribution: z.literal('fixed'), value: tokensSchema }),
  draw: ({ value }) => value,
  check: ({ value }, pointer, least) => checkLeast(`a value (${value})`, value, pointer, least),
  findStatedMean: ({ value }) => value,
  findLargest: ({ value }) => value,
  describe: ({ value }) => String(value),
});
