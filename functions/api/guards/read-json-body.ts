import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../api-env.ts';
import { parseJsonBody } from '../parse-json-body.ts';
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
    }
    await next();
  };
}
