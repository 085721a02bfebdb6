import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import type { ApiDeps } from '../compose.ts';
import { endpoints } from '../endpoints.ts';
import type { ApiEnv } from '../http/operation.ts';
import { answerError } from '../http/problem.ts';

const serveNone = async () => {
  throw new Error('Internal error: a request for a public document reached a thread');
};
const noDocuments = { openapiYaml: '', readJson: serveNone, read30Json: serveNone, readDocs: serveNone };

/** Creates the part of the API that answers requests on a thread. The main thread has already admitted the requests. */
export function createThreadApp(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.onError(answerError(deps));
  app.use(requestId({ limitLength: 100 }));
  const context = { deps, documents: noDocuments, threads: null, isAdmitted: true };
  for (const endpoint of endpoints) if (endpoint.scope !== null) endpoint.register(app, context);
  return app;
}
