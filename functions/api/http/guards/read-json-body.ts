import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../api-env.ts';
import { parseJsonBody } from '../json/parse-json-body.ts';
import { checkContentType } from './check-content-type.ts';
import { readBodyWithin } from './read-body-within.ts';

/**
 * Reads a JSON body within the size limit, also while it streams in, and holds it against what JSON allows but nobody
 * means. The bytes are put back for the schema's validator.
 */
export function readJsonBody(maxBodyBytes: number): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const bytes = await readBodyWithin(c, maxBodyBytes);
    const required = c.get('endpoint').route.request?.body?.required === true;
    if (bytes.length > 0 || required) {
      checkContentType(c, ['application/json']);
      parseJsonBody(bytes);
      c.req.raw = new Request(c.req.raw, { body: bytes });
    } else c.req.raw = withoutBody(c);
    await next();
  };
}

/**
 * The request as one that never had a body. A server gives an empty stream where there is none, and the library would look
 * into it again although it has been read; a content type of nothing says nothing.
 */
function withoutBody(c: Context<ApiEnv>): Request {
  const { method, url, signal } = c.req.raw;
  const headers = new Headers(c.req.raw.headers);
  headers.delete('content-type');
  return new Request(url, { method, headers, signal });
}
