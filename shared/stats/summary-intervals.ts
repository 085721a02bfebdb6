import { z } from 'zod';
import { bootstrapMean } from './bootstrap-mean.ts';
import { intervalSchema } from './interval.ts';
import { quantileIntervalOfSorted } from './quantile-interval.ts';
import { tIntervalOfMean } from './t-interval.ts';

const heldSchema = z
  .object({
    interval: intervalSchema.nullable().describe('At 95 %; null where n is below minimumN, or for the reason given'),
    minimumN: z.number().int().min(1).describe('The smallest n that can carry the interval'),
    reason: z.string().nullable().describe('Why there is none though n is large enough'),
  })
  .meta({ id: 'HeldInterval', description: 'An interval, or the n that could carry it' });

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

/** Below this an interval of the mean of skewed values misses far too often to be called one at 95 %. */
const minimumNForMean = 10;
/** Beyond this the t interval is as good, and costs nothing. */
const maxBootstrapN = 200;
const resampling = { seed: 1, resamples: 999 };

/**
 * The intervals, at 95 %, of the statistics of a summary: of quantiles by order statistics, of the mean by the studentised
 * bootstrap up to 200 values and by t beyond. The method of each names the seed and the number of resamples.
 * @param sorted ascending, finite; not checked
 */
export function summaryIntervals(sorted: Float64Array): SummaryIntervals {
  const at = (p: number) => ({ ...quantileIntervalOfSorted(sorted, p), reason: null });
  return {
    mean: { interval: meanInterval(sorted), minimumN: minimumNForMean, reason: null },
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
  };
}

function meanInterval(sorted: Float64Array) {
  if (sorted.length < minimumNForMean) return null;
  if (sorted.length > maxBootstrapN) return tIntervalOfMean(sorted);
  // Of values that hardly vary, resamples do not vary at all: the t interval is then as short as it should be.
  const interval = bootstrapMean(sorted, resampling)?.interval ?? null;
  if (interval === null) return tIntervalOfMean(sorted);
  const { seed, resamples } = resampling;
  return { ...interval, method: `${interval.method} (${resamples} resamples, seed ${seed})` };
}
