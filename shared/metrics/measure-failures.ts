import { z } from 'zod';
import { isFailure } from '../sample/outcome.ts';
import type { Sample } from '../sample/sample.ts';
import { findOpenSpans } from './find-open-spans.ts';
import { computeStatistics, statisticsSchema } from './metric-value.ts';

export const failureMetricsSchema = z
  .object({ failureOpenMs: statisticsSchema, failureTtftMs: statisticsSchema, retryAfterMs: statisticsSchema })
  .meta({ id: 'FailureMetrics', description: 'Latencies of failed requests, separate from those of good requests' });
export type FailureMetrics = z.infer<typeof failureMetricsSchema>;

/** Measures how long failures took, when their output began, and which waits their answers requested. */
export function measureFailures(samples: readonly Sample[]): FailureMetrics {
  const failed = samples.filter(({ outcome }) => isFailure(outcome));
  const spans = findOpenSpans(failed);
  return {
    failureOpenMs: computeStatistics(
      spans.endMs.map((endMs, i) => endMs - (spans.beginMs[i] ?? 0)),
      'no request failed',
    ),
    failureTtftMs: computeStatistics(
      failed.flatMap(({ startMs, firstOutputMs }) =>
        startMs === null || firstOutputMs === null ? [] : [firstOutputMs - startMs],
      ),
      'no failed request had output',
    ),
    retryAfterMs: computeStatistics(
      failed.flatMap(({ retryAfterMs }) => retryAfterMs ?? []),
      'no answer had a Retry-After',
    ),
  };
}
