import { z } from 'zod';
import { countSchema as count } from '../../number-schema.ts';

/** Maximum number of points of all targets together, which limits the size of a chart. */
export const maxPoints = 500;
/** Maximum number of quantiles: the minimum, the maximum, and each percentile in between. */
export const maxQuantiles = 101;
export const maxBins = 120;

export const distributionMetrics = ['ttftMs', 'itlMs', 'e2eLatencyMs'] as const;
export type DistributionMetric = (typeof distributionMetrics)[number];

const pointSchema = z.object({ inputTokens: count, outputTokens: count, ttftMs: z.number(), e2eLatencyMs: z.number() });

const requestPointsSchema = z
  .object({
    targetId: z.string(),
    n: count.describe('Number of successful measured requests with token counts, TTFT and end-to-end latency'),
    points: z.array(pointSchema).describe(`Evenly selected if all targets have more than ${maxPoints} points together`),
  })
  .meta({ id: 'RequestPoints', description: 'Individual requests of a target, for scatter charts' });

const distributionSchema = z
  .object({
    stageIndex: count,
    metric: z.enum(distributionMetrics).meta({ id: 'DistributionMetric' }),
    n: count,
    quantiles: z
      .array(z.number())
      .max(maxQuantiles)
      .describe('Quantiles (type 7) at k / (length − 1) for k = 0, 1, …. Up to 101 values are returned unchanged'),
  })
  .meta({ id: 'Distribution', description: 'Distribution of one metric of a stage, in the unit of the metric' });

// An object per bin: clients in some languages cannot read a list of numbers that may be null.
const timelineBinSchema = z
  .object({
    ok: count.describe('Number of successful requests that ended in the bin'),
    failed: count.describe('Number of failed requests that ended in the bin'),
    ttftP50Ms: z.number().nullable().describe('Median TTFT of these successful requests, or null'),
  })
  .meta({ id: 'TimelineBin' });

const timelineSchema = z
  .object({
    from: z.iso.datetime().describe('Start of the first measured request (wall clock)'),
    binMs: z.number().positive(),
    targets: z.array(
      z.object({
        targetId: z.string(),
        bins: z.array(timelineBinSchema).max(maxBins),
      }),
    ),
  })
  .meta({ id: 'Timeline', description: 'Measured requests of a run over time, in bins of equal length' });
export type Timeline = z.infer<typeof timelineSchema>;
export type TimelineBin = z.infer<typeof timelineBinSchema>;

export const chartDataSchema = z
  .object({
    requests: z.array(requestPointsSchema).describe('One entry per target'),
    distributions: z.array(distributionSchema).describe('Distributions by stage; metrics without values are omitted'),
    timeline: timelineSchema.nullable().describe('Null if no request was sent, or for an import without timestamps'),
  })
  .meta({ id: 'ChartData', description: 'Data for charts, reduced to a bounded size' });
export type ChartData = z.infer<typeof chartDataSchema>;
