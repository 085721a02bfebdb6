import { z } from 'zod';
import { estimateShare, shareEstimateSchema } from '../metric-value.ts';

const slowTtftMs = 3_000;
const overloadedShare = 0.05;

export const overloadSchema = z.object({
  slowFirstTokenShare: shareEstimateSchema,
  overloaded: z
    .boolean()
    .nullable()
    .describe("Whether more than 5 % waited more than 3 s for the first token (LLMPerf's rule); null for n = 0"),
});
export type Overload = z.infer<typeof overloadSchema>;

/** Measures overload by LLMPerf's rule of thumb: a target is overloaded if over 5 % of TTFTs are over 3 s. */
export function measureOverload(ttftsMs: readonly number[] | Float64Array): Overload {
  let slow = 0;
  for (const ttftMs of ttftsMs) if (ttftMs > slowTtftMs) slow += 1;
  const n = ttftsMs.length;
  return {
    slowFirstTokenShare: estimateShare(slow, n, 'no request has a TTFT'),
    overloaded: n === 0 ? null : slow / n > overloadedShare,
  };
}
