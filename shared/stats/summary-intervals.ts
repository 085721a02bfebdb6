import { z } from 'zod';
import { intervalSchema } from './interval.ts';
import { meanInterval } from './mean-interval.ts';
import { sortedQuantileInterval } from './quantile-interval.ts';

const heldSchema = z
  .object({
    interval: intervalSchema.nullable().describe('At 95 %; null where n is below minimumN, or for the reason given'),
    minimumN: z.number().int().min(1).describe('The smallest n that can carry the interval'),
    reason: z.string().nullable().describe('Why there is none though n is large enough'),
  })
  .meta({ id: 'ReportedInterval', description: 'An interval, or the n that could carry it' });

export const summaryIntervalsSchema = z
  .object({
    mean: heldSchema,
    p25: heldSchema,
    p50: heldSchema,
    p75: heldSchema,
    p90: heldSchema,
    p95: heldSchema,
    p99: heldSchema,
  })
  .meta({ id: 'SummaryIntervals', description: 'How sure each statistic is, values taken as independent' });
export type SummaryIntervals = z.infer<typeof summaryIntervalsSchema>;

/** Below this no interval of the mean of heavy-tailed values covers as often as it says. */
export const minimumNForMean = 20;

/**
 * The intervals, at 95 %, of the statistics of a summary: of quantiles by order statistics, of the mean by t, plain and with
 * the skewness taken out.
 * @param sorted ascending, finite; not checked
 */
export function computeSummaryIntervals(sorted: Float64Array): SummaryIntervals {
  const at = (p: number) => ({ ...sortedQuantileInterval(sorted, p), reason: null });
  return {
    mean: estimateMean(sorted),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
  };
}

function estimateMean(values: Float64Array): SummaryIntervals['mean'] {
  const minimumN = minimumNForMean;
  if (values.length < minimumN) return { interval: null, minimumN, reason: null };
  const interval = meanInterval(values);
  return { interval, minimumN, reason: interval === null ? 'an end is beyond the range of numbers' : null };
}
