/**
 * How long the server asks to wait, in milliseconds; null where it does not say, or says it in no way that can be told.
 * `retry-after-ms` (OpenAI's) goes before `retry-after` (RFC 9110, 10.2.3: seconds, or a date, which is held against the
 * response's own `date`, so that no clock of ours comes in).
 * @param headers response headers, names in lower case
 */
export function readRetryAfter(headers: Record<string, string>): number | null {
  const exactMs = parseNumber(headers['retry-after-ms']);
  if (exactMs !== null) return Math.round(exactMs);
  const text = headers['retry-after'];
  const seconds = parseNumber(text);
  if (seconds !== null) return Math.round(seconds * 1_000);
  const untilMs = Date.parse(text ?? '');
  const sentMs = Date.parse(headers['date'] ?? '');
  return Number.isNaN(untilMs) || Number.isNaN(sentMs) ? null : Math.max(0, untilMs - sentMs);
}

function parseNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,9}(?:\.\d+)?\s*$/.test(text) ? Number(text) : null;
}
