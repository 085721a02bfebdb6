import type { OpenAPIHono, RouteConfig, RouteHandler } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ErrorCode } from '../../../shared/errors/app-error.ts';
import type { ApiScope } from '../../../shared/records/api-scope.ts';
import type { ApiContext, ApiEnv } from './api-env.ts';
import { authenticateRequest } from './guards/authenticate-request.ts';
import { checkAccept } from './guards/check-accept.ts';
import { readFormBody } from './guards/read-form-body.ts';
import { readJsonBody } from './guards/read-json-body.ts';
import { readTextBody } from './guards/read-text-body.ts';

/** One operation: its route, who may call it, and how it answers. */
export type Endpoint = {
  route: RouteConfig;
  /** The scope that a key must have; null: open to everyone. */
  scope: ApiScope | null;
  /** Codes it can answer besides those that every endpoint of its kind can. */
  errors: readonly ErrorCode[];
  /** The code of a body that its schema refuses. */
  bodyFault: ErrorCode;
  register(app: OpenAPIHono<ApiEnv>, context: ApiContext): void;
};

/** The media types of a body that is text; null where the body is JSON, or there is none. */
function textTypesOf({ request }: RouteConfig): string[] | null {
  const types = Object.keys(request?.body?.content ?? {});
  return types.length === 0 || types.includes('application/json') ? null : types;
}

/** Whether a body may be a form with files; it may then be JSON, too, and the handler checks either. */
function takesForm({ request }: RouteConfig): boolean {
  return 'multipart/form-data' in (request?.body?.content ?? {});
}

function bodyGuards(route: RouteConfig, maxBodyBytes: number) {
  if (route.request?.body === undefined) return [];
  if (takesForm(route)) return [readFormBody(maxBodyBytes)];
  const textTypes = textTypesOf(route);
  return [textTypes === null ? readJsonBody(maxBodyBytes) : readTextBody(maxBodyBytes, textTypes)];
}

/** The library takes application/jsonl for JSON, and would parse it: a body of text is not shown to it, nor is a form. */
function routeForLibrary(route: RouteConfig): RouteConfig {
  if (route.request === undefined || (textTypesOf(route) === null && !takesForm(route))) return route;
  const { body: _, ...request } = route.request;
  return { ...route, request };
}

/** The context a handler of the route gets: parameters, query, headers and body parsed and typed by its schemas. */
type ContextOf<R extends RouteConfig> = Parameters<RouteHandler<R, ApiEnv>>[0];

/**
 * Makes an endpoint of a route and a thin handler. Guards come first, in this order: representation, key, rate, scope,
 * body; then the schemas of the route.
 */
export function defineEndpoint<R extends RouteConfig>(definition: {
  route: R;
  scope: ApiScope | null;
  errors?: readonly ErrorCode[];
  bodyFault?: ErrorCode;
  handle(c: ContextOf<R>, context: ApiContext): Response | Promise<Response>;
}): Endpoint {
  const { route, scope, errors = [], bodyFault = 'INVALID_REQUEST', handle } = definition;
  const endpoint: Endpoint = {
    route,
    scope,
    errors,
    bodyFault,
    register: (app, context) => {
      const guards = [
        checkAccept(endpoint),
        ...(scope === null ? [] : [authenticateRequest(context.deps, scope)]),
        ...bodyGuards(route, context.deps.config.maxBodyBytes),
      ];
      const config: RouteConfig = { ...routeForLibrary(route), middleware: guards };
      // The library infers the handler's context from a literal route; here the route is a type parameter, which it
      // cannot look into, and `ContextOf<R>` says the same by the library's own types.
      app.openapi(config, (c: Context) => handle(c as ContextOf<R>, context));
    },
  };
  return endpoint;
}
