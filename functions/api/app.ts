import { Hono, type MiddlewareHandler } from 'hono';
import { etag, RETAINED_304_HEADERS } from 'hono/etag';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { AppError } from '../../shared/errors/app-error.ts';
import type { ApiDeps } from './compose.ts';
import { endpoints } from './endpoints.ts';
import { serveFormerAddresses } from './former-addresses.ts';
import type { ApiThreads } from './http/api-threads.ts';
import type { ApiDocuments, ApiEnv } from './http/operation.ts';
import { answerError, answerProblem } from './http/problem.ts';

const sha256 = (body: Uint8Array<ArrayBuffer>) => crypto.subtle.digest('SHA-256', body);
const rateLimitHeaders = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];
/** Names of the headers that a 304 (Not Modified) response keeps. */
const retained = [...RETAINED_304_HEADERS, ...rateLimitHeaders, 'x-request-id', 'content-security-policy'];

/**
 * Creates the HTTP API as a Hono app. The local server and the Lambda handler pass their requests to this app.
 * @param threads threads for long work; null on Lambda, which gives each environment only one request at a time
 */
export function createApi(deps: ApiDeps, documents: ApiDocuments, threads: ApiThreads | null = null): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.onError(answerError(deps));
  app.notFound((c) =>
    answerProblem(c, new AppError('NOT_FOUND', `No resource exists at ${c.req.path}. See /docs for all operations.`)),
  );
  app.use(serveFormerAddresses(app));
  app.use(requestId({ limitLength: 100, generator: () => deps.ids.next('request') }));
  app.use(secureHeaders({ xFrameOptions: 'DENY', referrerPolicy: 'no-referrer' }));
  app.use(async (c, next) => {
    // The Content-Security-Policy header is set before the handler runs, so that the handler of a page can replace it.
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
  const context = { deps, documents, threads, isAdmitted: false };
  for (const endpoint of endpoints) endpoint.register(app, context);
  return app;
}

/**
 * Rejects requests to unknown host names, to prevent DNS rebinding. Also rejects requests from pages of other websites.
 * @param allowedHosts host names of a local service in lower case, with or without a port; null allows any host
 */
function checkHost(allowedHosts: readonly string[] | null): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (allowedHosts !== null) {
      const host = c.req.header('host') ?? new URL(c.req.url).host;
      if (!isAllowed(host, allowedHosts)) {
        const remedy = `Use ${allowedHosts.join(' or ')}, or add the host name to the setting ALLOWED_HOSTS`;
        const faults = [{ pointer: 'header:host', fault: 'is not a host name of this deployment', remedy }];
        throw new AppError('MISDIRECTED_REQUEST', 'The API does not accept this host name', { faults });
      }
      if (isCrossSite(c.req.raw, allowedHosts)) {
        const remedy = 'Call the API from a program, not from a page on another website';
        const faults = [{ pointer: 'header:origin', fault: 'is another website', remedy }];
        throw new AppError('FORBIDDEN', 'Pages on other websites cannot call this API', { faults });
      }
    }
    await next();
  };
}

function isAllowed(host: string, allowedHosts: readonly string[]): boolean {
  const lower = host.toLowerCase();
  const name = URL.canParse(`http://${lower}`) ? new URL(`http://${lower}`).hostname : lower;
  return allowedHosts.includes(lower) || allowedHosts.includes(name);
}

function isCrossSite(request: Request, allowedHosts: readonly string[]): boolean {
  const origin = request.headers.get('origin');
  if (origin !== null) return !URL.canParse(origin) || !isAllowed(new URL(origin).host, allowedHosts);
  // Allows a GET navigation, such as following a link on another website to the API reference page.
  const link = request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate';
  return request.headers.get('sec-fetch-site') === 'cross-site' && !link;
}
