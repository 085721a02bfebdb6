import type { MiddlewareHandler } from 'hono';
import { findMatchingTag } from '../entity-tags.ts';
import type { ApiEnv } from '../operation.ts';

/** Headers that describe a body. A 304 response does not have them. */
const bodyHeaders = ['Content-Type', 'Content-Length', 'Content-Encoding', 'Content-Digest', 'Content-Disposition'];

/**
 * Answers 304 without a body if `If-None-Match` contains the response's `ETag`. Clients may store tagged responses, but
 * must revalidate them.
 */
export const answerNotModified: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  const tag = c.res.headers.get('ETag');
  if (tag === null || c.res.status !== 200 || (c.req.method !== 'GET' && c.req.method !== 'HEAD')) return;
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'private, no-cache');
  const known = findMatchingTag(c.req.header('if-none-match') ?? '', tag);
  if (known === null) return;
  await c.res.body?.cancel();
  c.res = new Response(null, { status: 304, headers: c.res.headers });
  for (const name of bodyHeaders) c.res.headers.delete(name);
  c.res.headers.set('ETag', known);
};
