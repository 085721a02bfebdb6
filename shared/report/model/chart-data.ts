import { z } from 'zod';

const count = z.number().int().min(0);

/** Of all targets together: a chart of more would be heavy, and show no more. */
export const maxPoints = 500;
/** Quantiles of a distribution at most: its minimum, its maximum, and each percentile between them. */
export const maxQuantiles = 101;
export const maxBins = 120;

export const distributionMetrics = ['ttftMs', 'itlMs', 'e2eLatencyMs'] as const;
export type DistributionMetric = (typeof distributionMetrics)[number];

const pointSchema = z.object({ inputTokens: count, outputTokens: count, ttftMs: z.number(), e2eLatencyMs: z.number() });

const requestPointsSchema = z
  .object({
    targetId: z.string(),
    n: count.describe('Good measured requests with both token counts, TTFT and end-to-end latency'),
    points: z.array(pointSchema).describe(`All of them, or so many that all targets together have ${maxPoints}`),
  })
  .meta({ id: 'RequestPoints', description: 'Single requests of a target, for scatter charts' });

const distributionSchema = z
  .object({
    stageIndex: count,
    metric: z.enum(distributionMetrics),
    n: count,
    quantiles: z
      .array(z.number())
      .max(maxQuantiles)
      .describe('Type 7, at k / (length − 1) for k = 0, 1, …: of up to 101 values these are the values themselves'),
  })
  .meta({ id: 'Distribution', description: 'How one metric of a stage is distributed, in its unit' });

const timelineSchema = z
  .object({
    from: z.iso.datetime().describe('Begin of the first measured request, wall clock'),
    binMs: z.number().positive(),
    targets: z.array(
      z.object({
        targetId: z.string(),
        ok: z.array(count).max(maxBins).describe('Good requests that ended in each bin'),
        failed: z.array(count).max(maxBins).describe('Failures that ended in each bin'),
        ttftP50Ms: z
          .array(z.number().nullable())
          .max(maxBins)
          .describe('Median TTFT of the good requests that ended in each bin; null where none did'),
      }),
    ),
  })
  .meta({ id: 'Timeline', description: 'The measured requests of a run over time, bin by bin' });
export type Timeline = z.infer<typeof timelineSchema>;

export const chartDataSchema = z
  .object({
    requests: z.array(requestPointsSchema).describe('One entry per target'),
    distributions: z.array(distributionSchema).describe('By stage; none of a metric without values'),
    timeline: timelineSchema.nullable().describe('Null where no request was issued, or an import has no instants'),
  })
  .meta({ id: 'ChartData', description: 'What charts need beyond statistics, thinned to a bounded size' });
export type ChartData = z.infer<typeof chartDataSchema>;
