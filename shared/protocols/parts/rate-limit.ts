import { isObject } from './usage.ts';

/** Words of providers for HTTP status 429, in codes, types, and messages. */
const words =
  /rate.?limit|too.?many.?(?:concurrent.?)?requests|throttl|resource.?exhausted|quota.{0,20}exceed|exceed\w*.{0,40}quota|insufficient.?quota|(?:requests?|tokens?) per (?:second|minute|hour|day)|\b(?:rpm|tpm|qps|tpd|rpd)\b.{0,20}limit|limit.{0,20}\b(?:rpm|tpm|qps|tpd|rpd)\b|request limit reached|concurren\w+ .{0,20}limit|slow.?down/i;
/** Longer messages may repeat a prompt. */
const maxWordsLength = 300;

/** Returns whether an error turns the request down for its rate or quota. */
export function saysRateLimit(code: string | null, message: string, body: unknown = null): boolean {
  if (code === '429' || words.test(code ?? '') || words.test(message.slice(0, maxWordsLength))) return true;
  if (!isObject(body)) return false;
  const inner = isObject(body['error']) ? body['error'] : {};
  return [body, inner].some(
    ({ code: ownCode, type, status }) =>
      Number(ownCode) === 429 || Number(status) === 429 || (typeof type === 'string' && words.test(type)),
  );
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const duration = /^\s*(?:\d+(?:\.\d+)?(?:ms|[smhd]))+\s*$/;

/** Returns a duration such as `34.4s`, `6m0s`, or `120ms` in ms, or null for other texts. */
export function parseDurationMs(text: string): number | null {
  if (!duration.test(text)) return null;
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g))
    totalMs += Number(count) * (unitsMs[unit ?? ''] ?? 0);
  return Math.round(totalMs);
}

const waitNames: Readonly<Record<string, number>> = {
  retrydelay: 1_000,
  retryafter: 1_000,
  retryafterseconds: 1_000,
  retryafterms: 1,
  retryaftermilliseconds: 1,
  waitseconds: 1_000,
};
const maxDepth = 5;

/** Returns the wait in ms that an error requests, in a field or in its words. Null: none. */
export function findWaitMs(body: unknown, message: string): number | null {
  return findFieldMs(body, maxDepth) ?? readWordsMs(message.slice(0, maxWordsLength));
}

function findFieldMs(value: unknown, depth: number): number | null {
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  for (const [name, inner] of Object.entries(value).slice(0, 50)) {
    const unitMs = Array.isArray(value) ? undefined : waitNames[name.toLowerCase().replace(/[_-]/g, '')];
    const found = unitMs === undefined ? findFieldMs(inner, depth - 1) : readWaitMs(inner, unitMs);
    if (found !== null) return found;
  }
  return null;
}

function readWaitMs(value: unknown, unitMs: number): number | null {
  if (typeof value === 'number' && value >= 0) return Math.round(value * unitMs);
  if (typeof value !== 'string') return null;
  return /^\d{1,9}(?:\.\d+)?$/.test(value) ? Math.round(Number(value) * unitMs) : parseDurationMs(value);
}

/** Reads waits in words: "Please try again in 6.2s", "retry after 20 seconds". */
function readWordsMs(message: string): number | null {
  const found =
    /(?:try again|retry|wait)\w*(?: your request)? (?:in|after|for) (?:about )?((?:\d+(?:\.\d+)?\s?[a-z]+\s?){1,3})/i.exec(
      message,
    );
  if (found?.[1] === undefined) return null;
  const short = found[1]
    .toLowerCase()
    .replace(/(\d)\s?(milliseconds?|ms|seconds?|secs?|minutes?|mins?|hours?|days?|[smhd])\b.?/g, shorten);
  const parts = /^(?:\s*\d+(?:\.\d+)?(?:ms|[smhd]))+/.exec(short)?.[0];
  return parts === undefined ? null : parseDurationMs(parts.replace(/\s/g, ''));
}

function shorten(_all: string, digit: string, unit: string): string {
  return digit + (unit.startsWith('ms') || unit.startsWith('milli') ? 'ms' : unit.charAt(0));
}
