import { z } from 'zod';
import type { Sample } from '../sample/sample.ts';
import { countOutcomes, outcomeCountsSchema } from './count-outcomes.ts';
import { computeStatistics, createMetricValue, metricValueSchema, statisticsSchema } from './metric-value.ts';
import { computeRequestMetric } from './request-metrics.ts';

export const warmupMetricsSchema = z
  .object({ counts: outcomeCountsSchema, firstTtftMs: metricValueSchema, ttftMs: statisticsSchema })
  .meta({ id: 'WarmupMetrics', description: 'Requests before the measurement, which no other metric includes' });
export type WarmupMetrics = z.infer<typeof warmupMetricsSchema>;

/**
 * Measures the warm-up. Its first TTFT is the time of a cold start.
 * @param warmup all warm-up samples
 */
export function measureWarmup(warmup: readonly Sample[]): WarmupMetrics {
  const good = warmup
    .filter(({ outcome }) => outcome === 'ok')
    .flatMap((sample) => {
      const ttftMs = computeRequestMetric(sample, 'ttftMs');
      return ttftMs === null ? [] : [{ atMs: (sample.originWallMs ?? 0) + (sample.startMs ?? 0), ttftMs }];
    })
    .sort((a, b) => a.atMs - b.atMs);
  return {
    counts: countOutcomes(warmup),
    firstTtftMs: createMetricValue(good[0]?.ttftMs ?? null, Math.min(1, good.length), 'no warm-up request is ok'),
    ttftMs: computeStatistics(
      good.map(({ ttftMs }) => ttftMs),
      'no warm-up request is ok',
    ),
  };
}
