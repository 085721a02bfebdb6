/** Metrics of one request that statistics and assertions can name. */
export const requestMetricNames = [
  'ttftMs',
  'ttfoMs',
  'e2eLatencyMs',
  'scheduledLatencyMs',
  'itlMs',
  'tpotMs',
  'chunkGapMs',
  'outputTokensPerSecond',
  'inputTokens',
  'outputTokens',
  'slipMs',
  'closeLagMs',
] as const;
export const stageMetricNames = [
  'completedRequestsPerMinute',
  'outputTokensPerSecondTotal',
  'errorRate',
  'checksumOkRate',
  'costPerThousandRequestsUsd',
  'achievedConcurrency',
  'achievedRequestsPerSecond',
  'goodputShare',
  'goodRequestsPerSecond',
] as const;
export const statisticNames = ['p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'mean', 'min', 'max', 'stddev'] as const;

export type RequestMetricName = (typeof requestMetricNames)[number];
/** The metrics of one request that come from its sample alone; gaps between chunks come from its timeline. */
export type SampleMetricName = Exclude<RequestMetricName, 'chunkGapMs'>;
export type RequestMetrics = Record<SampleMetricName, number | null>;
export type StageMetricName = (typeof stageMetricNames)[number];
