import { z } from 'zod';
import type { Sample } from '../sample/sample.ts';
import { measureCachedInputShare, measureCachedRequestShare } from './measure-cached-shares.ts';
import { metricEstimateSchema } from './metric-estimate.ts';
import {
  computeStatisticsInPlace,
  createMetricValue,
  type MetricValue,
  metricValueSchema,
  statisticsSchema,
} from './metric-value.ts';
import { pickKnownValues } from './pick-known-values.ts';

export const tokenCountsSchema = z
  .object({
    usageInputTokens: statisticsSchema,
    usageOutputTokens: statisticsSchema,
    usageCachedTokens: statisticsSchema,
    usageReasoningTokens: statisticsSchema,
    cachedInputShare: metricEstimateSchema,
    cachedRequestShare: metricValueSchema,
    requestedInputTokens: statisticsSchema,
    inputAttainment: metricValueSchema,
    usageToTokenizerInput: metricValueSchema,
    usageToTokenizerOutput: metricValueSchema,
    tokensPerChunk: metricValueSchema,
    chunksPerRead: metricValueSchema,
    unstreamedShare: metricValueSchema,
  })
  .meta({
    id: 'TokenCounts',
    description: "The server's counts beside the tokenizer's, and how tokens came in chunks",
  });
export type TokenCounts = z.infer<typeof tokenCountsSchema>;

/**
 * The server's counts, apart from the tokenizer's, with the ratio of the two over requests that have both; and how the
 * output was cut into chunks.
 * @param ok the samples that are ok
 */
export function measureTokenCounts(ok: readonly Sample[]): TokenCounts {
  const usage = (count: 'inputTokens' | 'outputTokens' | 'cachedTokens' | 'reasoningTokens') =>
    computeStatisticsInPlace(
      pickKnownValues(ok, (sample) => sample.usage?.[count] ?? null),
      'no usage reports it',
    );
  const streamed = ok.filter(
    ({ outputTokens, firstOutputMs }) => outputTokens !== null && outputTokens >= 2 && firstOutputMs !== null,
  );
  const atOnce = streamed.filter(({ firstOutputMs, lastOutputMs }) => firstOutputMs === lastOutputMs).length;
  const nothing = 'no request is ok';
  return {
    usageInputTokens: usage('inputTokens'),
    usageOutputTokens: usage('outputTokens'),
    usageCachedTokens: usage('cachedTokens'),
    usageReasoningTokens: usage('reasoningTokens'),
    cachedInputShare: measureCachedInputShare(ok),
    cachedRequestShare: measureCachedRequestShare(ok),
    requestedInputTokens: computeStatisticsInPlace(
      pickKnownValues(ok, ({ requestedInputTokens }) => requestedInputTokens),
      noSizeDrawn,
    ),
    inputAttainment: estimateKnownRatio(ok, inputTokens, (s) => s.requestedInputTokens, noSizeDrawn),
    usageToTokenizerInput: estimateKnownRatio(
      ok,
      (s) => s.usage?.inputTokens ?? null,
      inputTokens,
      'no usage reports it',
    ),
    usageToTokenizerOutput: estimateKnownRatio(
      ok,
      (s) => s.usage?.outputTokens ?? null,
      outputTokens,
      'no usage reports it',
    ),
    tokensPerChunk: estimateKnownRatio(ok, outputTokens, outputEvents, nothing),
    chunksPerRead: estimateKnownRatio(ok, outputEvents, (s) => s.reads, nothing),
    unstreamedShare: createMetricValue(
      streamed.length === 0 ? null : atOnce / streamed.length,
      streamed.length,
      'no request is ok with two tokens or more',
    ),
  };
}

const noSizeDrawn = 'the workload draws no input size, or no request is ok';

const inputTokens = (sample: Sample) => sample.inputTokens;
const outputTokens = (sample: Sample) => sample.outputTokens;
const outputEvents = (sample: Sample) => sample.outputEvents;

/** Σ above / Σ below over the samples for which both are known. */
function estimateKnownRatio(
  samples: readonly Sample[],
  above: (sample: Sample) => number | null,
  below: (sample: Sample) => number | null,
  reason: string,
): MetricValue {
  let [sumAbove, sumBelow, n] = [0, 0, 0];
  for (const sample of samples) {
    const [a, b] = [above(sample), below(sample)];
    if (a === null || b === null) continue;
    sumAbove += a;
    sumBelow += b;
    n += 1;
  }
  return createMetricValue(sumBelow === 0 ? null : sumAbove / sumBelow, n, reason);
}
