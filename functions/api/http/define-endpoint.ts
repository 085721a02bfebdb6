import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { ErrorCode } from '../../../shared/errors/app-error.ts';
import type { ApiScope } from '../../../shared/records/records.ts';
import type { ApiDeps } from '../compose.ts';
import { admitRequest } from './auth/admit-request.ts';
import { auditRequest, isAudited } from './auth/audit-request.ts';
import { readBodyWithin } from './body/define-json-body.ts';
import { checkAccept } from './check-accept.ts';
import { checkBySchema } from './faults/check-by-schema.ts';
import { forwardRequest } from './forward-request.ts';
import type { ApiContext, ApiEnv, Body, Operation } from './operation.ts';
import { buildParamsSchema, type ParamName, readParams } from './path-params.ts';
import type { Principal } from './principal.ts';

export type Endpoint = Operation & { register(app: Hono<ApiEnv>, context: ApiContext): void };

/** A valid request. All its parts are parsed with the schemas of the operation. */
export type Call<Params = Record<string, string>, Query = unknown, Value = unknown> = {
  c: Context<ApiEnv>;
  deps: ApiDeps;
  /** Monotonic time in ms at which the request arrived. */
  receivedAtMs: number;
  principal: Principal;
  tenantId: string;
  params: Params;
  query: Query;
  body: Value;
};

/** The part of a request that most use cases need. */
export type Caller = Pick<Call, 'deps' | 'tenantId'>;

export type Words = Pick<Operation, 'operationId' | 'summary' | 'description'> & { errors?: readonly ErrorCode[] };

type Definition<Path extends string, Query extends z.ZodObject, Value> = Words &
  Pick<Operation, 'method' | 'tag' | 'headers' | 'answers' | 'isTagged' | 'isLarge'> & {
    path: Path;
    scope: ApiScope;
    /** Schemas of the path parameters that are not ids. */
    params?: Record<string, z.ZodType<string>>;
    query?: Query;
    body?: Body<Value>;
    /**
     * Set for an operation that runs on another thread: `long` if it may compute for more than some ms, `rendering` if
     * it may compute for seconds. Only a few renderings run at the same time.
     */
    effort?: 'long' | 'rendering';
    handle(call: Call<Record<ParamName<Path>, string>, z.output<Query>, Value>): Response | Promise<Response>;
  };

/**
 * Creates an endpoint. The endpoint checks a request in this order: media types, API key, rate limit, scope, body
 * syntax. The endpoint then validates the query, path, headers, and body with their schemas.
 */
export function defineEndpoint<const Path extends string, Query extends z.ZodObject, Value>({
  handle,
  params: others = {},
  errors = [],
  effort,
  ...facts
}: Definition<Path, Query, Value>): Endpoint {
  const { path, scope, query, headers, body } = facts;
  const params = buildParamsSchema(path, others);
  const isCreation = headers !== undefined && 'idempotency-key' in headers.shape;
  const operation: Operation = {
    ...facts,
    ...(params === undefined ? {} : { params }),
    errors: isCreation ? [...errors, 'CONFLICT', 'IDEMPOTENCY_CONFLICT', 'GONE'] : errors,
  };
  const answer = async (c: Context<ApiEnv>, context: ApiContext): Promise<Response> => {
    const { deps, threads } = context;
    const receivedAtMs = deps.clock.monotonicMs();
    const principal = await admit(c, context, scope);
    const bytes = body === undefined ? null : await readBodyWithin(c, deps.config.maxBodyBytes);
    if (threads !== null && (effort !== undefined || (bytes?.length ?? 0) > maxLightBytes))
      return forwardRequest(c, threads, { body: bytes, principal }, { isRendering: effort === 'rendering' });
    const read = bytes === null ? undefined : await body?.parse(c, bytes);
    const asked = query && checkBySchema(query, readQuery(c, query), 'query');
    const named = readParams(c, params);
    if (headers !== undefined) checkBySchema(headers, c.req.header(), 'header');
    const { tenantId } = principal;
    const sent = { params: named, query: asked, body: read?.check() };
    const call = { c, deps, receivedAtMs, principal, tenantId, ...sent };
    return handle(call as Parameters<typeof handle>[0]); // the type of `call` is derived from the operation's schemas
  };
  return serve(operation, (c, context) =>
    // If another thread has admitted the request, that thread also audits it.
    isAudited(facts) && !context.isAdmitted
      ? auditRequest(c, context.deps, operation, () => answer(c, context))
      : answer(c, context),
  );
}

/** Maximum size in bytes of a body that the main thread parses. Larger ones could hold up other requests. */
const maxLightBytes = 32_768;

async function admit(c: Context<ApiEnv>, { deps, isAdmitted }: ApiContext, scope: ApiScope): Promise<Principal> {
  const { principal } = isAdmitted ? c.env : {};
  return principal ?? admitRequest(c, deps, scope);
}

/** Creates an endpoint that needs neither an API key nor input. */
export function definePublicEndpoint({
  handle,
  ...facts
}: Pick<Operation, 'operationId' | 'path' | 'tag' | 'summary' | 'description' | 'answers' | 'isTagged'> & {
  handle(c: Context<ApiEnv>, context: ApiContext): Response | Promise<Response>;
}): Endpoint {
  return serve({ ...facts, method: 'get', scope: null, errors: [] }, async (c, context) => handle(c, context));
}

/** Creates an endpoint that needs no API key, because its body shows who calls. The body must be small. */
export function defineOpenEndpoint<Value>({
  handle,
  body,
  ...facts
}: Omit<Operation, 'scope' | 'body'> & {
  body: Body<Value>;
  handle(call: Pick<Call<unknown, unknown, Value>, 'c' | 'deps' | 'body'>): Promise<Response>;
}): Endpoint {
  return serve({ ...facts, body, scope: null }, async (c, { deps }) => {
    const bytes = await readBodyWithin(c, Math.min(maxLightBytes, deps.config.maxBodyBytes));
    return handle({ c, deps, body: (await body.parse(c, bytes)).check() });
  });
}

function serve(operation: Operation, answer: (c: Context<ApiEnv>, context: ApiContext) => Promise<Response>): Endpoint {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
  return {
    ...operation,
    register: (app, context) => {
      app.on(operation.method.toUpperCase(), path, (c) => {
        checkAccept(c, operation);
        return answer(c, context);
      });
    },
  };
}

/** Reads the query parameters. The value is a list if the schema expects one, or if a parameter occurs more than once. */
function readQuery(c: Context<ApiEnv>, { shape }: z.ZodObject): Record<string, string | string[]> {
  const given = Object.entries(c.req.queries()).map(([name, values]) => {
    const isList = values.length > 1 || (Object.hasOwn(shape, name) && expectsList(shape[name]));
    return [name, isList ? values : (values[0] ?? '')];
  });
  return Object.fromEntries(given);
}

function expectsList(schema: unknown): boolean {
  return schema instanceof z.ZodOptional ? expectsList(schema.unwrap()) : schema instanceof z.ZodArray;
}
