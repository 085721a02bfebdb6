/** Metrics of a single request. Statistics and assertions refer to them by these names. */
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
/** Request metrics that are computed from the sample alone. `chunkGapMs` also needs the timeline. */
export type SampleMetricName = Exclude<RequestMetricName, 'chunkGapMs'>;
export type RequestMetrics = Record<SampleMetricName, number | null>;
export type StageMetricName = (typeof stageMetricNames)[number];
