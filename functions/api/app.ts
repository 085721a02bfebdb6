import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { AppError } from '../../shared/errors/app-error.ts';
import { maxPayloadBodyBytes } from '../../shared/lambda-limits.ts';
import { tokenmeterVersion } from '../../shared/version.ts';
import type { ApiDeps } from './compose.ts';
import { endpoints } from './endpoints.ts';
import { serveFormerAddresses } from './former-addresses.ts';
import type { ApiThreads } from './http/api-threads.ts';
import { allowOrigins } from './http/middleware/allow-origins.ts';
import { answerNotModified } from './http/middleware/answer-not-modified.ts';
import { answerOtherMethods } from './http/middleware/answer-other-methods.ts';
import { checkHost } from './http/middleware/check-host.ts';
import { compressAnswers } from './http/middleware/compress-answers.ts';
import { limitAnonymous } from './http/middleware/limit-anonymous.ts';
import { limitAnswers } from './http/middleware/limit-answers.ts';
import type { ApiDocuments, ApiEnv } from './http/operation.ts';
import { answerError, answerProblem } from './http/problem.ts';

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
    c.header('Tokenmeter-Version', tokenmeterVersion);
    await next();
  });
  if (deps.config.isOnLambda) app.use(limitAnswers(deps, maxPayloadBodyBytes));
  app.use(compressAnswers);
  app.use(answerNotModified);
  app.use(checkHost(deps.config));
  app.use(allowOrigins(deps.config.corsOrigins));
  app.use(limitAnonymous(deps.config, deps.clock));
  app.use(answerOtherMethods(app));
  // The redirect is only for people who open the API in a browser, so it is not in the OpenAPI document.
  app.get('/', (c) => c.redirect('/docs', 302));
  const context = { deps, documents, threads, isAdmitted: false };
  for (const endpoint of endpoints) endpoint.register(app, context);
  return app;
}
