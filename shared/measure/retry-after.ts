import { parseDurationMs } from '../protocols/parts/rate-limit.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Returns how many ms the server asks the client to wait, or null if it does not say. Reads OpenAI's header
 * `retry-after-ms` first, then the standard `retry-after` (RFC 9110, 10.2.3): a number of seconds, or a date. A date is
 * compared with the `date` header, which shows the server's clock.
 */
export function readRetryAfter(headers: Headers): number | null {
  const exactMs = parseNumber(headers['retry-after-ms']);
  if (exactMs !== null) return Math.round(exactMs);
  const text = headers['retry-after'];
  const seconds = parseNumber(text);
  return seconds === null ? compareWithDate(Date.parse(text ?? ''), headers) : Math.round(seconds * 1_000);
}

/** Returns the longest wait in ms of the limits in `x-ratelimit-reset*` that are used up, or of all if none says so. */
export function readLimitReset(headers: Headers): number | null {
  const resets = Object.entries(headers).flatMap(([name, text]) => {
    if (!name.startsWith('x-ratelimit-reset')) return [];
    const waitMs = parseReset(text, headers);
    const left = headers[name.replace('reset', 'remaining')];
    return waitMs === null ? [] : [{ waitMs, isUsedUp: left?.trim() === '0' }];
  });
  const usedUp = resets.filter(({ isUsedUp }) => isUsedUp);
  const waitsMs = (usedUp.length > 0 ? usedUp : resets).map(({ waitMs }) => waitMs);
  return waitsMs.length === 0 ? null : Math.max(...waitsMs);
}

/** Reads a duration, a number of seconds, or a time since 1970 in seconds or ms. */
function parseReset(text: string, headers: Headers): number | null {
  const value = parseNumber(text) ?? (/^\d{13}$/.test(text.trim()) ? Number(text) : null);
  if (value === null) return parseDurationMs(text) ?? compareWithDate(Date.parse(text), headers);
  if (value < 1e8) return Math.round(value * 1_000);
  return compareWithDate(value < 1e11 ? value * 1_000 : value, headers);
}

function compareWithDate(untilMs: number, headers: Headers): number | null {
  const sentMs = Date.parse(headers['date'] ?? '');
  return Number.isNaN(untilMs) || Number.isNaN(sentMs) ? null : Math.max(0, untilMs - sentMs);
}

function parseNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,10}(?:\.\d+)?\s*$/.test(text) ? Number(text) : null;
}
