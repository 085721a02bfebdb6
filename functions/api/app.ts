import { Hono } from 'hono';
import { etag, RETAINED_304_HEADERS } from 'hono/etag';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { AppError } from '../../shared/errors/app-error.ts';
import type { ApiDeps } from './compose.ts';
import { endpoints } from './endpoints.ts';
import { checkHost } from './http/check-host.ts';
import type { ApiDocuments, ApiEnv } from './http/operation.ts';
import { answerError, answerProblem } from './http/problem.ts';

const sha256 = (body: Uint8Array<ArrayBuffer>) => crypto.subtle.digest('SHA-256', body);
const rateLimitHeaders = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];
/** Names of the headers that a 304 (Not Modified) response keeps. */
const retained = [...RETAINED_304_HEADERS, ...rateLimitHeaders, 'x-request-id', 'content-security-policy'];

/** Creates the HTTP API as a function from a request to a response. Servers and Lambda functions only adapt to it. */
export function createApi(deps: ApiDeps, documents: ApiDocuments): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.onError(answerError(deps));
  app.notFound((c) =>
    answerProblem(c, new AppError('NOT_FOUND', `No resource exists at ${c.req.path}. See /docs for all operations.`)),
  );
  app.use(requestId({ limitLength: 100, generator: () => deps.ids.next('request') }));
  app.use(secureHeaders({ xFrameOptions: 'DENY', referrerPolicy: 'no-referrer' }));
  app.use(async (c, next) => {
    // The Content-Security-Policy header is set before the handler runs, so that an HTML page can replace it.
    c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    await next();
  });
  app.use('/v1/runs/:runId/charts/:chart', etag({ generateDigest: sha256, retainedHeaders: retained }));
  app.use(checkHost(deps.config.allowedHosts));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const allow = [...methods, 'OPTIONS'].join(', ');
        if (c.req.method === 'OPTIONS') return c.body(null, 204, { Allow: allow });
        c.header('Allow', allow);
        const detail = `${c.req.method} is not supported for this path. Use one of: ${allow}`;
        throw new AppError('METHOD_NOT_ALLOWED', detail);
      },
    }),
  );
  // The redirect is only for people who open the API in a browser, so it is not in the OpenAPI document.
  app.get('/', (c) => c.redirect('/docs', 302));
  for (const endpoint of endpoints) endpoint.register(app, { deps, documents });
  return app;
}
