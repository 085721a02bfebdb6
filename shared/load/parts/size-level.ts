import type { StopWhen } from './load-fields.ts';
import type { LoadUnit } from './search-schema.ts';

/** The number of requests of a load level, and the precision at which it sends no more. */
export type LevelSize = { requests: number; stopWhen: StopWhen | null };

/** Requests at which the throughput of a closed loop is precise if the open times vary little. */
const leastRequests = 100;
/** With 1,000 requests, a throughput is within about 3 % even if the open times vary by half their mean. */
const mostRequests = 1_000;
/** A steady window begins after about two requests for each stream, and needs as many again. */
const leastPerStream = 5;
const mostPerStream = 20;
const leastSeconds = 20;
/** The knee is a ratio of two throughputs, so its own half-width is about 4 %. */
const relativeHalfWidth = 0.025;

/**
 * Chooses how many requests a level of a search for the knee needs, but never fewer than `least`. The throughput of a
 * closed loop is streams / mean open time (Little's law), so a level stops when the mean end-to-end latency is precise
 * to ± 2.5 %. The throughput of a rate follows its schedule, which lasts at least 20 s.
 * @param value number of streams, or requests per second
 */
export function sizeKneeLevel(over: LoadUnit, value: number, least: number): LevelSize {
  if (over === 'rate')
    return { requests: Math.max(least, leastRequests, Math.ceil(leastSeconds * value)), stopWhen: null };
  const minRequests = Math.max(least, leastRequests, leastPerStream * value);
  const requests = Math.max(minRequests, mostRequests, mostPerStream * value);
  const stopWhen = { metric: 'e2eLatencyMs', statistic: 'mean', relativeHalfWidth, minRequests } as const;
  return { requests, stopWhen: minRequests < requests ? stopWhen : null };
}
