/** Outcomes of a request (`docs/metrics.md`). Latency statistics include only requests with outcome `ok`. */
export const outcomes = [
  'ok',
  'http_4xx',
  'http_5xx',
  'rate_limited',
  'dns',
  'connect',
  'tls',
  'timeout_first_token',
  'timeout_total',
  'stalled',
  'truncated',
  'bad_stream',
  'stream_error',
  'empty_output',
  'unclassified',
  'canceled',
  'not_sent',
  'too_large',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Reasons why a planned request was not sent. */
export const notSentReasons = [
  'run_canceled',
  'stage_duration',
  'run_duration',
  'error_rate',
  'cost_cap',
  'max_concurrency',
  'precision_reached',
  'over_saturated',
  'worker_lost',
  'worker_failed',
  /** The request may have been sent, but the stored block with its sample is damaged or missing. */
  'block_damaged',
  'credential_missing',
  'dataset_missing',
  /** An earlier request of the same conversation received no usable response. */
  'no_history',
  /** The check of the targets before the run failed. */
  'check_failed',
] as const;
export type NotSentReason = (typeof notSentReasons)[number];

/** Returns whether a request was sent and failed. A canceled request did not fail. */
export function isFailure(outcome: Outcome): boolean {
  return outcome !== 'ok' && outcome !== 'canceled' && outcome !== 'not_sent';
}
