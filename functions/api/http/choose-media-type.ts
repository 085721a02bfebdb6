import { parseAccept } from 'hono/utils/accept';

/**
 * The media type to answer with: of those the Accept header takes, the one it weighs highest, and of equals the first
 * offered (RFC 9110, section 12.5.1). Null where it takes none; the first offered where there is no header.
 */
export function chooseMediaType(accept: string | undefined, offered: readonly string[]): string | null {
  if (accept === undefined || accept.trim() === '') return offered[0] ?? null;
  const ranges = parseAccept(accept);
  let best: { type: string; weight: number } | null = null;
  for (const type of offered) {
    const weight = weightOf(type, ranges);
    if (weight > 0 && (best === null || weight > best.weight)) best = { type, weight };
  }
  return best?.type ?? null;
}

/** The quality that the most specific range that covers the type gives it. */
function weightOf(type: string, ranges: readonly { type: string; q: number }[]): number {
  const [main] = type.split('/');
  for (const covering of [type, `${main}/*`, '*/*', '*']) {
    const range = ranges.find((candidate) => candidate.type.toLowerCase() === covering);
    if (range !== undefined) return range.q;
  }
  return 0;
}
