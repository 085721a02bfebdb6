import type { Context } from 'hono';
import type { z } from 'zod';
import type { Page } from '../../../shared/ports.ts';
import type { Answer } from './operation.ts';

/** Describes a JSON response. */
export function jsonAnswer(description: string, schema: z.ZodType): Answer {
  return { description, content: { 'application/json': { schema } } };
}

/** Sets `Link: <…>; rel="next"` (RFC 8288) to the next page of the list, unless this is the last one. */
export function linkNext(c: Context, cursor: string | null): void {
  if (cursor === null) return;
  const query = new URLSearchParams(new URL(c.req.url).search);
  query.set('cursor', cursor);
  c.header('Link', `<${c.req.path}?${query}>; rel="next"`);
}

/** Responds with a page of a list. */
export function answerPage<Item, View>(
  c: Context,
  { items, cursor }: Page<Item>,
  show: (item: Item) => View,
): Response {
  linkNext(c, cursor);
  return c.json({ items: items.map(show), cursor }, 200);
}

/** Responds with an HTML page. `frame-ancestors` works only as a header, so it is added here. */
export function answerHtml(c: Context, html: string, contentSecurityPolicy: string): Response {
  c.header('Content-Security-Policy', `${contentSecurityPolicy}; frame-ancestors 'none'`);
  return c.html(html, 200) as Response; // a string argument yields a response, not a promise
}

/** Returns the digest headers of a text, from its SHA-256 in hex. */
export function buildDigestHeaders(sha256: string): Record<'Content-Digest' | 'ETag', string> {
  return {
    'Content-Digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    ETag: `"${sha256}"`,
  };
}
