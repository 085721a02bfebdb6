import type { Context } from 'hono';
import { parseAccept } from 'hono/utils/accept';
import { z } from 'zod';

/** The media types in which something is given, each under the name that `?format=` has for it. */
type MediaTypes<Format extends string> = Readonly<Record<Format, string>>;

function listFormats<Format extends string>(types: MediaTypes<Format>): Format[] {
  return Object.keys(types) as Format[]; // the keys of a literal object are exactly its formats
}

/** Builds the schema of `?format=`. */
export function buildFormatSchema<Format extends string>(types: MediaTypes<Format>) {
  return z.enum(listFormats(types)).optional().describe('Wins over the Accept header');
}

/** Chooses the format to answer in: the one the query names, else the one the Accept header weighs highest. */
export function chooseFormat<Format extends string>(
  c: Context,
  types: MediaTypes<Format>,
  asked: Format | undefined,
): Format {
  c.header('Vary', 'Accept');
  const formats = listFormats(types);
  const type = chooseMediaType(c.req.header('accept'), Object.values(types));
  const chosen = asked ?? formats.find((format) => types[format] === type) ?? formats[0];
  if (chosen === undefined) throw new Error('There is no format to choose');
  return chosen;
}

/**
 * The media type to answer with: of those the Accept header takes, the one it weighs highest, and of equals the first
 * offered (RFC 9110, section 12.5.1). Null where it takes none; the first offered where there is no header.
 */
export function chooseMediaType(accept: string | undefined, offered: readonly string[]): string | null {
  if (accept === undefined || accept.trim() === '') return offered[0] ?? null;
  const ranges = parseAccept(accept);
  let best: { type: string; weight: number } | null = null;
  for (const type of offered) {
    const weight = weighType(type, ranges);
    if (weight > 0 && (best === null || weight > best.weight)) best = { type, weight };
  }
  return best?.type ?? null;
}

/** The quality that the most specific range that covers the type gives it. */
function weighType(type: string, ranges: readonly { type: string; q: number }[]): number {
  const [main] = type.split('/');
  for (const covering of [type, `${main}/*`, '*/*', '*']) {
    const range = ranges.find((candidate) => candidate.type.toLowerCase() === covering);
    if (range !== undefined) return range.q;
  }
  return 0;
}
