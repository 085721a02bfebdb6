import type { Sample } from '../sample/sample.ts';
import { estimateRatioOfSums, type MetricEstimate } from './metric-estimate.ts';
import { createMetricValue, type MetricValue } from './metric-value.ts';

const reason = 'no usage reports it';

/**
 * Σ cached input tokens / Σ input tokens, both as the server's usage says, over requests that have both.
 * @param ok the samples that are ok
 */
export function measureCachedInputShare(ok: readonly Sample[]): MetricEstimate {
  const cached: number[] = [];
  const input: number[] = [];
  for (const { usage } of ok) {
    if (usage === null || usage.cachedTokens === null || usage.inputTokens === null) continue;
    cached.push(usage.cachedTokens);
    input.push(usage.inputTokens);
  }
  return clampToShare(estimateRatioOfSums(cached, input, reason));
}

/** A share's interval ends at 0 and 1; values that are all at one end say nothing of how far it reaches. */
function clampToShare(share: MetricEstimate): MetricEstimate {
  const { value, interval } = share;
  if (interval === null) return share;
  if (value === 0 || value === 1)
    return { ...share, interval: null, intervalReason: 'every request has the same share, 0 or 1' };
  return { ...share, interval: { ...interval, low: Math.max(0, interval.low), high: Math.min(1, interval.high) } };
}

/** Share of requests for which the server took any input token from a cache, of those whose usage tells. */
export function measureCachedRequestShare(ok: readonly Sample[]): MetricValue {
  const told = ok.flatMap(({ usage }) => usage?.cachedTokens ?? []);
  const hits = told.filter((tokens) => tokens > 0).length;
  return createMetricValue(told.length === 0 ? null : hits / told.length, told.length, reason);
}
