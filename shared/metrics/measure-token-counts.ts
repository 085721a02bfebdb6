import { z } from 'zod';
import type { Sample, Usage } from '../sample/sample.ts';
import { estimateRatioOfSums, type MetricEstimate, metricEstimateSchema } from './metric-estimate.ts';
import {
  computeStatisticsInPlace,
  createMetricValue,
  type MetricValue,
  metricValueSchema,
  pickKnownValues,
  statisticsSchema,
} from './metric-value.ts';

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
    usageTokensPerChunk: metricValueSchema.default(createMetricValue(null, 0, 'earlier versions did not measure it')),
    chunksPerRead: metricValueSchema,
    unstreamedShare: metricValueSchema,
  })
  .meta({
    id: 'TokenCounts',
    description: 'Token counts of the server and of the tokenizer, and how tokens arrived in chunks',
  });
export type TokenCounts = z.infer<typeof tokenCountsSchema>;

/**
 * Measures the token counts that the server reports for successful requests, and how it splits output into chunks. Also
 * measures the ratio of the server's counts to the tokenizer's counts, for requests that have both counts.
 */
export function measureTokenCounts(ok: readonly Sample[]): TokenCounts {
  const summarize = (pick: (sample: Sample) => number | null, whyNone: string) =>
    computeStatisticsInPlace(pickKnownValues(ok, pick), whyNone);
  const usage = (count: keyof Usage) => summarize((sample) => sample.usage?.[count] ?? null, noUsage);
  const streamed = ok.filter(
    ({ outputTokens, firstOutputMs }) => outputTokens !== null && outputTokens >= 2 && firstOutputMs !== null,
  );
  const atOnce = streamed.filter(({ firstOutputMs, lastOutputMs }) => firstOutputMs === lastOutputMs).length;
  const nothing = 'no request succeeded';
  return {
    usageInputTokens: usage('inputTokens'),
    usageOutputTokens: usage('outputTokens'),
    usageCachedTokens: usage('cachedTokens'),
    usageReasoningTokens: usage('reasoningTokens'),
    cachedInputShare: measureCachedInputShare(ok),
    cachedRequestShare: measureCachedRequestShare(ok),
    requestedInputTokens: summarize(({ requestedInputTokens }) => requestedInputTokens, noSizeDrawn),
    inputAttainment: estimateKnownRatio(ok, inputTokens, (s) => s.requestedInputTokens, noSizeDrawn),
    usageToTokenizerInput: estimateKnownRatio(ok, (s) => s.usage?.inputTokens ?? null, inputTokens, noUsage),
    usageToTokenizerOutput: estimateKnownRatio(ok, usageOutputTokens, outputTokens, noUsage),
    tokensPerChunk: estimateKnownRatio(ok, outputTokens, outputEvents, nothing),
    usageTokensPerChunk: estimateKnownRatio(ok, usageOutputTokens, outputEvents, noUsage),
    chunksPerRead: estimateKnownRatio(ok, outputEvents, (s) => s.reads, nothing),
    unstreamedShare: createMetricValue(
      streamed.length === 0 ? null : atOnce / streamed.length,
      streamed.length,
      'no successful request has two or more tokens',
    ),
  };
}

const noUsage = 'no response reports it in usage';
const noSizeDrawn = 'the workload draws no input size, or no request succeeded';

const inputTokens = (sample: Sample) => sample.inputTokens;
const outputTokens = (sample: Sample) => sample.outputTokens;
const usageOutputTokens = (sample: Sample) => sample.usage?.outputTokens ?? null;
const outputEvents = (sample: Sample) => sample.outputEvents;

/** Maximum difference between the server's count of output tokens and the number of chunks, as a share. */
const maxTokenShare = 0.05;

/** Returns whether each chunk is a token: the server itself counts as many output tokens as chunks, ± 5 %. */
export function hasTokenChunks({ usageTokensPerChunk: { value } }: Pick<TokenCounts, 'usageTokensPerChunk'>): boolean {
  return value !== null && Math.abs(value - 1) <= maxTokenShare;
}

/** Computes Σ `above` / Σ `below` over the samples for which both values are known. */
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

/** Measures Σ cached input tokens / Σ input tokens in the server's usage, over successful requests with both counts. */
export function measureCachedInputShare(ok: readonly Sample[]): MetricEstimate {
  const cached: number[] = [];
  const input: number[] = [];
  for (const { usage } of ok) {
    if (usage === null || usage.cachedTokens === null || usage.inputTokens === null) continue;
    cached.push(usage.cachedTokens);
    input.push(usage.inputTokens);
  }
  return clampToShare(estimateRatioOfSums(cached, input, noUsage));
}

/** Limits the ends of a share's interval to 0 and 1. Removes the interval if the share is 0 or 1. */
function clampToShare(share: MetricEstimate): MetricEstimate {
  const { value, interval } = share;
  if (interval === null) return share;
  if (value === 0 || value === 1)
    return { ...share, interval: null, intervalReason: 'every request has the same share, 0 or 1' };
  return { ...share, interval: { ...interval, low: Math.max(0, interval.low), high: Math.min(1, interval.high) } };
}

/** Measures the share of requests with cached input tokens, among requests whose usage reports cached tokens. */
function measureCachedRequestShare(ok: readonly Sample[]): MetricValue {
  const reported = ok.flatMap(({ usage }) => usage?.cachedTokens ?? []);
  const hits = reported.filter((tokens) => tokens > 0).length;
  return createMetricValue(reported.length === 0 ? null : hits / reported.length, reported.length, noUsage);
}
