import type { RouteConfig } from '@hono/zod-openapi';
import type { z } from 'zod';
import type { Endpoint } from '../../functions/api/http/define-endpoint.ts';
import { describeErrors, type SharedAnswers } from './describe-errors.ts';
import type { SchemaComponents, SchemaObject } from './schema-components.ts';
import { referHeaders, type SharedHeader } from './shared-headers.ts';

/** One operation of the document: parameters, body, and every answer it can give. */
export function describeOperation(
  endpoint: Endpoint,
  components: SchemaComponents,
  shared: SharedAnswers,
): SchemaObject {
  const { route, scope } = endpoint;
  const { operationId, tags, summary, description, security } = route;
  const needs = scope === null ? null : `Needs the scope \`${scope}\`.`;
  const text = [description, needs].filter((part) => part !== undefined && part !== null).join('\n\n');
  return {
    operationId,
    tags,
    summary,
    ...(text === '' ? {} : { description: text }),
    ...(security === undefined ? {} : { security }),
    parameters: parametersOf(route, components),
    ...bodyOf(route, components),
    responses: { ...describeErrors(endpoint, shared), ...answersOf(endpoint, components) },
  };
}

function parametersOf({ request }: RouteConfig, components: SchemaComponents): SchemaObject[] {
  const headers = Array.isArray(request?.headers) ? undefined : request?.headers;
  const places = [
    { place: 'path', schema: request?.params },
    { place: 'query', schema: request?.query },
    { place: 'header', schema: headers },
  ];
  return places.flatMap(({ place, schema }) =>
    schema === undefined ? [] : fieldsOf(schema, components).map((field) => parameterOf(place, field)),
  );
}

type Field = { name: string; schema: SchemaObject; required: boolean };

function fieldsOf(schema: z.ZodType, components: SchemaComponents): Field[] {
  const { properties = {}, required = [] } = components.refer(schema, 'input');
  const wanted = Array.isArray(required) ? required : [];
  return Object.entries(properties as Record<string, SchemaObject>).map(([name, property]) => ({
    name,
    schema: property,
    required: wanted.includes(name),
  }));
}

const headerNames: Record<string, string> = { 'idempotency-key': 'Idempotency-Key', prefer: 'Prefer' };

function parameterOf(place: string, field: Field): SchemaObject {
  const { description, examples, ...schema } = field.schema;
  return {
    in: place,
    name: headerNames[field.name] ?? field.name,
    required: place === 'path' || field.required,
    ...(description === undefined ? {} : { description }),
    schema: examples === undefined ? schema : { ...schema, examples },
  };
}

function bodyOf({ request }: RouteConfig, components: SchemaComponents): SchemaObject {
  if (request?.body === undefined) return {};
  const { required = false, content } = request.body;
  return { requestBody: { required, content: contentOf(content, components, 'input') } };
}

function answersOf(endpoint: Endpoint, components: SchemaComponents): Record<string, SchemaObject> {
  return Object.fromEntries(
    Object.entries(endpoint.route.responses).map(([status, response]) => {
      if ('$ref' in response) throw new Error(`${endpoint.route.path}: answers are written out`);
      const content =
        response.content === undefined ? {} : { content: contentOf(response.content, components, 'output') };
      return [status, { description: response.description, headers: referHeaders(headersOf(endpoint)), ...content }];
    }),
  );
}

function contentOf(content: object, components: SchemaComponents, io: 'input' | 'output'): SchemaObject {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema }]) => [type, { schema: components.refer(schema, io) }]),
  );
}

/** Operations that give a text with its digest. */
const digested = new Set<unknown>(['getManifest', 'getDatasetContent']);

/** Headers of the successful answers, by what the operation takes and gives. */
function headersOf({ route, scope }: Endpoint): SharedHeader[] {
  const takes = (name: string) => JSON.stringify(Object.keys(shapeOf(route.request?.headers))).includes(`"${name}"`);
  const pages = 'cursor' in shapeOf(route.request?.query);
  return [
    'RequestId',
    ...(scope === null ? [] : (['RateLimitLimit', 'RateLimitRemaining', 'RateLimitReset'] as const)),
    ...(takes('idempotency-key') ? (['Location', 'IdempotentReplayed'] as const) : []),
    ...(takes('prefer') ? (['PreferenceApplied'] as const) : []),
    ...(pages ? (['Link'] as const) : []),
    ...(route.operationId === 'createDataset' ? (['Location'] as const) : []),
    ...(route.operationId === 'getChart' ? (['ETag'] as const) : []),
    ...(digested.has(route.operationId) ? (['ContentDigest', 'ETag'] as const) : []),
  ];
}

function shapeOf(schema: unknown): object {
  if (typeof schema !== 'object' || schema === null || !('shape' in schema)) return {};
  return typeof schema.shape === 'object' && schema.shape !== null ? schema.shape : {};
}
