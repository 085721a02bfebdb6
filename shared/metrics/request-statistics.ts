import { z } from 'zod';
import { type RequestMetricName, requestMetricNames } from '../metric-names.ts';
import type { Sample } from '../sample/sample.ts';
import { type ChunkGaps, gapStatistics } from './chunk-gaps.ts';
import { type Statistics, statisticsInPlace, statisticsSchema } from './figure.ts';
import { metricValues, type SampleMetricName } from './request-metrics.ts';

export const requestStatisticsSchema = z
  .record(z.enum(requestMetricNames), statisticsSchema)
  .describe('Statistics of each metric over the measured requests that are ok; chunkGapMs over their gaps');
export type RequestStatistics = Record<RequestMetricName, Statistics>;

const sampleMetricNames = requestMetricNames.filter((name): name is SampleMetricName => name !== 'chunkGapMs');

/**
 * Statistics of every request metric.
 * @param ok the samples that are ok
 * @param chunkGapsMs all gaps between successive output events of these requests; null where they were not kept
 */
export function requestStatistics(ok: readonly Sample[], chunkGapsMs: ChunkGaps): RequestStatistics {
  const whyNone = ok.length === 0 ? 'no request is ok' : 'no request has what the formula needs';
  const entries = sampleMetricNames.map((name) => [name, statisticsInPlace(metricValues(ok, name), whyNone)] as const);
  // `fromEntries` forgets the names; every one of them is given.
  const bySample = Object.fromEntries(entries) as Record<SampleMetricName, Statistics>;
  const whyNoGaps = chunkGapsMs === null ? 'the gaps were not kept' : 'no request has two output events';
  const whyNo = ok.length === 0 ? whyNone : whyNoGaps;
  return { ...bySample, chunkGapMs: gapStatistics(chunkGapsMs, whyNo) };
}
