import type { Context } from 'hono';

/** Builds a strong entity tag (RFC 9110, section 8.8.3) from a digest of the body. */
export function buildTag(digest: string): string {
  return `"${digest}"`;
}

/** Adds a content coding to a strong tag, because a compressed body has other bytes. A weak tag stays unchanged. */
export function addCoding(tag: string, coding: string): string {
  return tag.startsWith('W/') ? tag : tag.replace(/"$/, `-${coding}"`);
}

/** Removes the content coding from a tag. */
function removeCoding(tag: string): string {
  return tag.replace(/-(?:br|gzip)"$/, '"');
}

/**
 * Finds the tag in an `If-Match` or `If-None-Match` header that matches the current tag under any content coding.
 * Returns null if none matches.
 * @param options.strong Whether weak tags never match, as for `If-Match`
 */
export function findMatchingTag(
  header: string,
  current: string,
  { strong = false }: { strong?: boolean } = {},
): string | null {
  if (header.trim() === '*') return current;
  const prepare = (tag: string) => removeCoding(strong ? tag : tag.replace(/^W\//, ''));
  const wanted = prepare(current);
  const tags: string[] = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.find((tag) => prepare(tag) === wanted && !(strong && tag.startsWith('W/'))) ?? null;
}

/** Sets the `ETag` header. Returns whether the client has this version, so that the handler can omit the body. */
export function isUnchanged(c: Context, tag: string): boolean {
  c.header('ETag', tag);
  const known = c.req.header('if-none-match');
  return known !== undefined && findMatchingTag(known, tag) !== null;
}
