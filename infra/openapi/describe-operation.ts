import type { z } from 'zod';
import type { Content, Operation } from '../../functions/api/http/operation.ts';
import { type ErrorCode, errorCodes } from '../../shared/errors/app-error.ts';
import type { SchemaComponents } from './schema-components.ts';
import type { SchemaObject } from './schemas/schema-object.ts';

export function describeOperation(
  operation: Operation,
  components: SchemaComponents,
  shared: SharedAnswers,
): SchemaObject {
  const { operationId, tag, summary, description = '', scope, body } = operation;
  const needs = scope === null ? '' : `Requires the scope \`${scope}\`.`;
  const text = [description, needs].filter((part) => part !== '').join('\n\n');
  return {
    operationId,
    tags: [tag],
    summary,
    ...(text === '' ? {} : { description: text }),
    ...(scope === null ? { security: [] } : {}),
    parameters: [...describeParameters(operation, components), ...(operation.isTagged === true ? [ifNoneMatch] : [])],
    ...(body && {
      requestBody: { required: body.required, content: describeContent(body.content, components, 'input') },
    }),
    responses: {
      ...describeErrors(operation, shared),
      ...describeAnswers(operation, components),
      ...(operation.isTagged === true ? { 304: { $ref: '#/components/responses/NotModified' } } : {}),
    },
  };
}

function describeParameters({ params, query, headers }: Operation, components: SchemaComponents): SchemaObject[] {
  return Object.entries({ path: params, query, header: headers }).flatMap(([place, schema]) =>
    schema === undefined ? [] : listFields(schema, components).map((field) => describeParameter(place, field)),
  );
}

type Field = { name: string; schema: SchemaObject; required: boolean };

function listFields(schema: z.ZodType, components: SchemaComponents): Field[] {
  const { properties = {}, required = [] } = components.refer(schema, 'input');
  const isRequired = (name: string) => Array.isArray(required) && required.includes(name);
  const fields = Object.entries(properties as Record<string, SchemaObject>);
  return fields.map(([name, property]) => ({ name, schema: property, required: isRequired(name) }));
}

const parameterNames: Record<string, string> = {
  'idempotency-key': 'Idempotency-Key',
  prefer: 'Prefer',
  'if-match': 'If-Match',
  'last-event-id': 'Last-Event-ID',
};

function describeParameter(place: string, field: Field): SchemaObject {
  const { description, examples, ...schema } = field.schema;
  return {
    in: place,
    name: parameterNames[field.name] ?? field.name,
    ...(place === 'path' || field.required ? { required: true } : {}),
    ...(description === undefined ? {} : { description }),
    schema: examples === undefined ? schema : { ...schema, examples },
  };
}

function describeAnswers(operation: Operation, components: SchemaComponents): Record<string, SchemaObject> {
  const names = listHeaders(operation);
  const headers = names.length === 0 ? {} : { headers: referHeaders(names) };
  return Object.fromEntries(
    Object.entries(operation.answers).map(([status, { description, content }]) => [
      status,
      { description, ...headers, ...(content && { content: describeContent(content, components, 'output') }) },
    ]),
  );
}

function describeContent(content: Content, components: SchemaComponents, io: 'input' | 'output'): SchemaObject {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema }]) => [type, { schema: components.refer(schema, io) }]),
  );
}

/** Operations whose responses contain a digest of the body in their headers. */
const digested = new Set(['getManifest', 'getDatasetContent']);

function listHeaders({ operationId, query, headers, isTagged }: Operation): SharedHeader[] {
  const takes = (name: string) => name in (headers?.shape ?? {});
  return [
    ...(takes('idempotency-key') ? (['Location', 'IdempotentReplayed'] as const) : []),
    ...(takes('prefer') ? (['PreferenceApplied'] as const) : []),
    ...('cursor' in (query?.shape ?? {}) ? (['Link'] as const) : []),
    ...(operationId === 'createDataset' ? (['Location'] as const) : []),
    ...(isTagged === true || takes('if-match') ? (['ETag'] as const) : []),
    ...(digested.has(operationId) ? (['ContentDigest'] as const) : []),
  ];
}

const text = { type: 'string' };
const whole = { type: 'integer', format: 'int32', minimum: 0 };
const defineHeader = (name: string, description: string, schema: SchemaObject = text) => ({
  name,
  header: { description, schema },
});

const headerDefinitions = {
  RequestId: defineHeader('X-Request-Id', 'Id of the request: the X-Request-Id that was sent, or a new id'),
  RateLimitLimit: defineHeader('RateLimit-Limit', 'Maximum requests per minute for the key', whole),
  RateLimitRemaining: defineHeader('RateLimit-Remaining', 'Requests that remain in this window', whole),
  RateLimitReset: defineHeader('RateLimit-Reset', 'Seconds until the window ends', whole),
  RetryAfter: defineHeader('Retry-After', 'Seconds to wait before the next attempt', whole),
  Location: defineHeader('Location', 'Path of the resource, relative to this API'),
  IdempotentReplayed: defineHeader('Idempotent-Replayed', '`true` if this repeats the response to an earlier request'),
  PreferenceApplied: defineHeader('Preference-Applied', '`wait=N`: the applied maximum wait in seconds'),
  Link: defineHeader('Link', 'Link to the next page, `rel="next"` (RFC 8288)'),
  WwwAuthenticate: defineHeader('WWW-Authenticate', 'Authentication scheme'),
  ContentDigest: defineHeader('Content-Digest', 'SHA-256 of the body in base64 (RFC 9530)'),
  ETag: defineHeader('ETag', 'Entity tag of the body, for `If-None-Match`'),
};
type SharedHeader = keyof typeof headerDefinitions;

/** Response headers that more than one operation sends. */
export const sharedHeaders = Object.fromEntries(
  Object.entries(headerDefinitions).map(([component, { header }]) => [component, header]),
);

/** Request header of a tagged operation. */
const ifNoneMatch = {
  in: 'header',
  name: 'If-None-Match',
  required: false,
  description: 'ETags that the client has. If the response has one of them, the status is 304, without a body',
  schema: text,
};

/** Response of a tagged operation if the client has the body. */
export const notModified = { description: 'The body has not changed', headers: referHeaders(['ETag']) };

/** Returns references to the shared headers, by HTTP header name. */
function referHeaders(headers: readonly SharedHeader[]): SchemaObject {
  return Object.fromEntries(
    headers.map((header) => [headerDefinitions[header].name, { $ref: `#/components/headers/${header}` }]),
  );
}

/** Responses that several operations share, by name. `describeOperation` adds an operation's responses to this map. */
export type SharedAnswers = Map<string, SchemaObject>;

/** Describes the error responses of an operation. Each status has one response with all its error codes. */
export function describeErrors(operation: Operation, shared: SharedAnswers): Record<string, SchemaObject> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of listErrorCodes(operation)) {
    const { status } = errorCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const sorted = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    sorted.map(([status, codes]) => {
      const name = codes.map(toPascalCase).join('Or');
      shared.set(name, describeError(status, codes));
      return [String(status), { $ref: `#/components/responses/${name}` }];
    }),
  );
}

function toPascalCase(code: string): string {
  return code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const alwaysPossible = [
  'NOT_ACCEPTABLE',
  'MISDIRECTED_REQUEST',
  'HEADERS_TOO_LARGE',
  'INTERNAL',
  'UNAVAILABLE',
  'FORBIDDEN',
  'RATE_LIMITED',
] as const;

/** Lists all error codes of an operation: those that it declares, and those that follow from its inputs. */
export function listErrorCodes({ scope, errors, params, query, headers, body, isLarge }: Operation): ErrorCode[] {
  const codes: ErrorCode[] = [...errors, ...alwaysPossible];
  if (scope !== null) codes.push('UNAUTHENTICATED');
  if (params !== undefined) codes.push('NOT_FOUND');
  if (query !== undefined || headers !== undefined || isLarge === true) codes.push('INVALID_REQUEST');
  if (body !== undefined)
    codes.push(body.faultCode, 'INVALID_REQUEST', 'INVALID_BODY', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE');
  if (body?.content['application/json'] !== undefined) codes.push('NUMBER_OUT_OF_RANGE');
  return Object.keys(errorCodes).filter((code): code is ErrorCode => codes.includes(code as ErrorCode));
}

function describeError(status: number, codes: readonly ErrorCode[]): SchemaObject {
  const description = codes.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join('; ');
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  // All responses have the id, and all responses to requests with an API key have the rate limit. Listing them only here
  // keeps the document small.
  const headers: SharedHeader[] = ['RequestId'];
  if (status === 401) headers.push('WwwAuthenticate');
  if (status === 429) headers.push('RateLimitLimit', 'RateLimitRemaining', 'RateLimitReset');
  if (status === 429 || status === 409 || status === 503) headers.push('RetryAfter');
  return { description, headers: referHeaders(headers), content };
}
