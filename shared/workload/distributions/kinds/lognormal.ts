import { z } from 'zod';
import { drawStandardNormal, type Random } from '../seeded-random.ts';
import { checkBounded } from './check-bounded.ts';
import { boundFields, defineDistribution, meanSchema, stddevSchema } from './distribution-kind.ts';

const schema = z.strictObject({
  distribution: z.literal('lognormal'),
  mean: meanSchema.describe('Mean of the counts, not of their logarithms'),
  stddev: stddevSchema.describe('Standard deviation of the counts, not of their logarithms'),
  ...boundFields,
});

export const lognormal = defineDistribution({
  schema,
  draw: drawLognormal,
  check: (distribution, pointer, least) =>
    checkBounded(distribution, pointer, least, (random) => drawLognormal(distribution, random)),
  readBounds: (distribution) => distribution,
  findStatedMean: ({ mean }) => mean,
  findLargest: ({ max }) => max ?? null,
  describe: ({ mean, stddev }) => `${mean} ± ${stddev} (lognormal)`,
});

/** Draws a value with mean m and standard deviation s. Its log has variance v = ln(1 + s²/m²) and mean ln m − v/2. */
function drawLognormal({ mean, stddev }: z.infer<typeof schema>, random: Random): number {
  const variance = Math.log1p((stddev / mean) ** 2);
  return Math.round(Math.exp(Math.log(mean) - variance / 2 + Math.sqrt(variance) * drawStandardNormal(random)));
}
