import { z } from 'zod';
import { countSchema as count } from '../number-schema.ts';
import { isFailure } from '../sample/outcome.ts';
import type { Sample } from '../sample/sample.ts';
import { countOutcomes, outcomeCountsSchema } from './count-outcomes.ts';
import { findOpenSpans } from './find-open-spans.ts';
import { computeStatistics, createMetricValue, metricValueSchema, statisticsSchema } from './metric-value.ts';
import { computeRequestMetric } from './request-metrics.ts';

export const failureMetricsSchema = z
  .object({ failureOpenMs: statisticsSchema, failureTtftMs: statisticsSchema, retryAfterMs: statisticsSchema })
  .meta({
    id: 'FailureMetrics',
    description: 'Latencies of failed requests, separate from those of successful requests',
  });
export type FailureMetrics = z.infer<typeof failureMetricsSchema>;

/** Measures how long failed requests took, when their output began, and the wait times that the target requested. */
export function measureFailures(samples: readonly Sample[]): FailureMetrics {
  const failed = samples.filter(({ outcome }) => isFailure(outcome));
  const { beginMs, endMs } = findOpenSpans(failed);
  const openMs = endMs.map((end, i) => end - (beginMs[i] ?? 0));
  const ttftsMs = failed.flatMap(({ startMs, firstOutputMs }) =>
    startMs === null || firstOutputMs === null ? [] : [firstOutputMs - startMs],
  );
  const waitsMs = failed.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return {
    failureOpenMs: computeStatistics(openMs, 'no request failed'),
    failureTtftMs: computeStatistics(ttftsMs, 'no failed request had output'),
    retryAfterMs: computeStatistics(waitsMs, 'no response had a Retry-After header'),
  };
}

export const warmupMetricsSchema = z
  .object({ counts: outcomeCountsSchema, firstTtftMs: metricValueSchema, ttftMs: statisticsSchema })
  .meta({ id: 'WarmupMetrics', description: 'Requests before the measurement, which no other metric includes' });
export type WarmupMetrics = z.infer<typeof warmupMetricsSchema>;

/** Measures the warm-up requests. The first request's TTFT includes a cold start. */
export function measureWarmup(warmup: readonly Sample[]): WarmupMetrics {
  const good = warmup
    .filter(({ outcome, disturbed }) => outcome === 'ok' && !disturbed)
    .flatMap((sample) => {
      const ttftMs = computeRequestMetric(sample, 'ttftMs');
      return ttftMs === null ? [] : [{ atMs: (sample.originWallMs ?? 0) + (sample.startMs ?? 0), ttftMs }];
    })
    .sort((a, b) => a.atMs - b.atMs);
  const ttftsMs = good.map(({ ttftMs }) => ttftMs);
  const whyNone = 'no warm-up request succeeded';
  return {
    counts: countOutcomes(warmup),
    firstTtftMs: createMetricValue(ttftsMs[0] ?? null, Math.min(1, good.length), whyNone),
    ttftMs: computeStatistics(ttftsMs, whyNone),
  };
}

export const connectionMetricsSchema = z
  .object({
    reused: count.describe('Issued requests on a connection that was already open'),
    fresh: count.describe('Issued requests that opened a connection; latencies exclude the time to open it'),
    unknown: count,
    dnsMs: statisticsSchema,
    connectMs: statisticsSchema,
    tlsMs: statisticsSchema,
  })
  .meta({ id: 'ConnectionMetrics', description: 'Connections of the measured requests, and the time to open one' });
export type ConnectionMetrics = z.infer<typeof connectionMetricsSchema>;

export function measureConnections(samples: readonly Sample[]): ConnectionMetrics {
  const issued = samples.filter(({ outcome }) => outcome !== 'not_sent');
  const opened = issued.filter(({ connection }) => connection !== null && !connection.reused);
  const unknown = issued.filter(({ connection }) => connection === null).length;
  const phase = (name: 'dnsMs' | 'connectMs' | 'tlsMs') => {
    const phasesMs = opened.flatMap(({ connection, disturbed }) => (disturbed ? [] : (connection?.[name] ?? [])));
    return computeStatistics(phasesMs, 'no measured request had this phase');
  };
  return {
    reused: issued.length - opened.length - unknown,
    fresh: opened.length,
    unknown,
    dnsMs: phase('dnsMs'),
    connectMs: phase('connectMs'),
    tlsMs: phase('tlsMs'),
  };
}
