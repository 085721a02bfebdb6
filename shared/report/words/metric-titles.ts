import type { RequestMetricName } from '../../metric-names.ts';

/** What metrics are called where people read: the names of the definitions stand beside them. */
export const requestMetricTitles: Record<RequestMetricName, string> = {
  ttftMs: 'Time to first token (TTFT)',
  ttfoMs: 'Time to first answer token (TTFO)',
  e2eLatencyMs: 'End-to-end latency',
  scheduledLatencyMs: 'Latency from when it was due',
  itlMs: 'Inter-token latency (ITL, TTFT included)',
  tpotMs: 'Time per output token after the first (TPOT)',
  chunkGapMs: 'Gap between chunks',
  outputTokensPerSecond: 'Output speed of one request',
  inputTokens: 'Input tokens',
  outputTokens: 'Output tokens',
  slipMs: 'Slip: start after it was due',
  closeLagMs: 'Close lag: end after the last output',
};

const otherTitles: Record<string, string> = {
  errorRate: 'Errors, share of the requests issued',
  checksumOkRate: 'Right checksums, share of the answers checked',
  goodputShare: 'Goodput: share that meets the SLOs',
  completedRequestsPerMinute: 'Completed requests per minute',
  outputTokensPerSecondTotal: 'Output tokens per second of all streams',
  costPerThousandRequestsUsd: 'Cost per 1,000 requests (USD)',
  typicalCostPerThousandUsd: 'Cost per 1,000 typical requests (USD)',
  costPerMillionOutputTokensAtFullUseUsd: 'Cost per million output tokens at full use (USD)',
};

/** The title of a metric; its name where it has none. */
export function titleMetric(metric: string): string {
  return { ...otherTitles, ...requestMetricTitles }[metric] ?? metric;
}
