import { z } from 'zod';
import { drawStandardNormal, type Random } from '../seeded-random.ts';
import { checkBounded } from './check-bounded.ts';
import { boundFields, defineDistribution, meanSchema, stddevSchema } from './distribution-kind.ts';

const schema = z.strictObject({
  distribution: z.literal('normal'),
  mean: meanSchema,
  stddev: stddevSchema,
  ...boundFields,
});

export const normal = defineDistribution({
  schema,
  draw: drawNormal,
  check: (distribution, pointer, least) =>
    checkBounded(distribution, pointer, least, (random) => drawNormal(distribution, random)),
  readBounds: (distribution) => distribution,
  findStatedMean: ({ mean }) => mean,
  findLargest: ({ max }) => max ?? null,
  describe: ({ mean, stddev }) => `${mean} ± ${stddev}`,
});

function drawNormal({ mean, stddev }: z.infer<typeof schema>, random: Random): number {
  return Math.round(mean + stddev * drawStandardNormal(random));
}
