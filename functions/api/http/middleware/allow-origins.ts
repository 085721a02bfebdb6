import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { ApiEnv } from '../operation.ts';

/** Request headers that pages may send. */
const allowHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'Prefer',
  'X-Request-Id',
];

/** Response headers that pages may read, in addition to those that every page may read. */
const exposeHeaders = [
  'Content-Digest',
  'Content-Disposition',
  'ETag',
  'Idempotent-Replayed',
  'Link',
  'Location',
  'Preference-Applied',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'Tokenmeter-Version',
  'WWW-Authenticate',
  'X-Request-Id',
];

/** Time in seconds for which a browser may keep the answer to a preflight request. */
const preflightSeconds = 7_200;

/**
 * Lets pages of the given origins call the API (CORS). Cookies are not allowed, because the API uses none. The answers to
 * other origins have no CORS headers, so browsers hide them.
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler<ApiEnv> {
  const allow = cors({
    origin: [...origins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders,
    exposeHeaders,
    maxAge: preflightSeconds,
  });
  return async (c, next) => {
    if (origins.includes(c.req.header('origin') ?? '')) return allow(c, next);
    await next();
    if (origins.length > 0) c.header('Vary', 'Origin', { append: true });
  };
}
