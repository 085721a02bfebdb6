import { z } from 'zod';
import { isFailure, outcomes } from '../sample/outcome.ts';
import type { OutcomeCounts } from './count-outcomes.ts';
import { estimateShare, shareEstimateSchema } from './metric-value.ts';

export const errorRatesSchema = z.object({
  errorRate: shareEstimateSchema,
  errorRateByOutcome: z
    .partialRecord(z.enum(outcomes), z.number())
    .describe('Share of issued requests for each class of failure that occurred; they add up to errorRate'),
});
export type ErrorRates = z.infer<typeof errorRatesSchema>;

/** Failures over issued requests, together and by class; null where nothing was issued. */
export function measureErrorRates(counts: OutcomeCounts): ErrorRates {
  const { issued, failed, byOutcome } = counts;
  const occurred = outcomes.filter((outcome) => isFailure(outcome) && byOutcome[outcome] > 0);
  return {
    errorRate: estimateShare(failed, issued, 'no request was issued'),
    errorRateByOutcome: Object.fromEntries(occurred.map((outcome) => [outcome, byOutcome[outcome] / issued])),
  };
}
