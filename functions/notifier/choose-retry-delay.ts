import type { Ids } from '../../shared/ports.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Delays in ms between delivery attempts, as in the Standard Webhooks specification (1.0.0, "Retry schedule"). */
const retryDelaysMs = [5 * second, 5 * minute, 30 * minute, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hour)];

/** Longest wait in ms that a receiver can request with `Retry-After`. */
const maxRequestedDelayMs = 24 * hour;

/** Largest share by which a delay is extended at random, so that the retries after an outage do not all come at once. */
const jitter = 0.2;

/**
 * Chooses the delay in ms before the next delivery attempt. Returns null if the last attempt has been made. The delay
 * is at least that of the schedule, and at least what the receiver requested, up to a day.
 * @param attempts number of attempts that failed
 * @param retryAfter header `Retry-After` of the last response, or null
 */
export function chooseRetryDelay(
  { randomBytes }: Pick<Ids, 'randomBytes'>,
  attempts: number,
  retryAfter: string | null,
  nowMs: number,
): number | null {
  const plannedMs = retryDelaysMs[attempts - 1];
  if (plannedMs === undefined) return null;
  const requestedMs = Math.min(maxRequestedDelayMs, readRetryAfter(retryAfter, nowMs));
  const share = Buffer.from(randomBytes(4)).readUInt32BE(0) / 2 ** 32;
  return Math.round(Math.max(plannedMs, requestedMs) * (1 + jitter * share));
}

/** Reads `Retry-After` (RFC 9110, 10.2.3) as ms from now: a number of seconds, or a date. Returns 0 for other values. */
function readRetryAfter(text: string | null, nowMs: number): number {
  if (text === null) return 0;
  if (/^\s*\d{1,10}\s*$/.test(text)) return Number(text) * second;
  const untilMs = Date.parse(text);
  return Number.isNaN(untilMs) ? 0 : Math.max(0, untilMs - nowMs);
}
