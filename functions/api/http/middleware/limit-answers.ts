import type { MiddlewareHandler } from 'hono';
import type { ApiDeps } from '../../compose.ts';
import { answerLarge } from '../answer-large.ts';
import type { ApiEnv } from '../operation.ts';
import { packBody } from '../pack-body.ts';

/** Headers that describe a body, which the answer instead of it does not have. */
const bodyHeaders = [
  'Cache-Control',
  'Content-Digest',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Length',
  'Content-Type',
  'ETag',
  'Link',
];

/** Passes each answer with more than `maxBytes` of body to `answerLarge`. Sizes are those of the compressed bodies. */
export function limitAnswers(deps: ApiDeps, maxBytes: number): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await next();
    const { body } = c.res;
    if (body === null || c.req.method === 'HEAD') return;
    const packed = await packBody(body, maxBytes);
    if (packed instanceof Uint8Array) {
      c.res = new Response(packed, c.res);
      return;
    }
    const headers = new Headers(c.res.headers);
    c.res = new Response(null, c.res);
    for (const name of bodyHeaders) c.res.headers.delete(name);
    c.res = await answerLarge(c, deps, { body: packed, headers, maxBytes });
  };
}
