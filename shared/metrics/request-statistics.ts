import { z } from 'zod';
import { type RequestMetricName, requestMetricNames } from '../metric-names.ts';
import type { Sample } from '../sample/sample.ts';
import { type ChunkGaps, summarizeGaps } from './chunk-gaps.ts';
import { computeStatisticsInPlace, type Statistics, statisticsSchema } from './metric-value.ts';
import { listMetricValues } from './request-metrics.ts';

export const requestStatisticsSchema = z
  .record(z.enum(requestMetricNames), statisticsSchema)
  .describe(
    'Statistics of each metric over the successful measured requests that were not disturbed (`counts.disturbed`); those of chunkGapMs are over the gaps of these requests',
  );
export type RequestStatistics = Record<RequestMetricName, Statistics>;

/** Computes the statistics of every request metric over the successful requests and their gaps. */
export function computeRequestStatistics(ok: readonly Sample[], chunkGapsMs: ChunkGaps): RequestStatistics {
  const entries = requestMetricNames.map((name) => [name, measureMetric(name, ok, chunkGapsMs)] as const);
  return Object.fromEntries(entries) as RequestStatistics; // `fromEntries` loses the type of the keys
}

export function measureMetric(name: RequestMetricName, ok: readonly Sample[], chunkGapsMs: ChunkGaps): Statistics {
  const whyNone = ok.length === 0 ? 'no request succeeded' : 'no request has all inputs of the formula';
  if (name !== 'chunkGapMs') return computeStatisticsInPlace(listMetricValues(ok, name), whyNone);
  const whyNoGaps = chunkGapsMs === null ? 'the gaps were not stored' : 'no request has two output events';
  return summarizeGaps(chunkGapsMs, ok.length === 0 ? whyNone : whyNoGaps);
}
