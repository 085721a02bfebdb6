import type { RequestStatistics } from '../metrics/request-statistics.ts';

/** Medians of the three do not quite multiply; a chunk of several tokens makes more of a difference than this. */
const tolerance = 0.2;

/**
 * Whether the output speed that LLMPerf wrote is something else than output tokens / latency, as a sentence; null where it
 * is not, or is not known. Until April 2024 it was chunks / latency, which is less where a chunk holds several tokens.
 */
export function describeOddSpeed(requests: RequestStatistics): string | null {
  const [speed, latencyMs, tokens] = [requests.outputTokensPerSecond, requests.e2eLatencyMs, requests.outputTokens].map(
    ({ p50 }) => p50,
  );
  if (speed == null || latencyMs == null || tokens == null || tokens === 0) return null;
  const share = (speed * latencyMs) / 1_000 / tokens;
  if (Math.abs(share - 1) <= tolerance) return null;
  return `The output speed of requests is ${share.toFixed(2)} times output tokens / latency: until April 2024 LLMPerf counted chunks, not tokens. Do not compare it with that of other runs.`;
}
