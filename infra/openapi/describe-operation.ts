import type { z } from 'zod';
import type { Content, Operation } from '../../functions/api/http/operation.ts';
import { describeErrors, referHeaders, type SharedAnswers, type SharedHeader } from './describe-errors.ts';
import type { SchemaComponents, SchemaObject } from './schema-components.ts';

/** Describes one operation in OpenAPI format: its parameters, body, and responses. */
export function describeOperation(
  operation: Operation,
  components: SchemaComponents,
  shared: SharedAnswers,
): SchemaObject {
  const { operationId, tag, summary, description = '', scope } = operation;
  const needs = scope === null ? '' : `Requires the scope \`${scope}\`.`;
  const text = [description, needs].filter((part) => part !== '').join('\n\n');
  return {
    operationId,
    tags: [tag],
    summary,
    ...(text === '' ? {} : { description: text }),
    ...(scope === null ? { security: [] } : {}),
    parameters: describeParameters(operation, components),
    ...describeBody(operation, components),
    responses: { ...describeErrors(operation, shared), ...describeAnswers(operation, components) },
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

const headerNames: Record<string, string> = { 'idempotency-key': 'Idempotency-Key', prefer: 'Prefer' };

function describeParameter(place: string, field: Field): SchemaObject {
  const { description, examples, ...schema } = field.schema;
  return {
    in: place,
    name: headerNames[field.name] ?? field.name,
    required: place === 'path' || field.required,
    ...(description === undefined ? {} : { description }),
    schema: examples === undefined ? schema : { ...schema, examples },
  };
}

function describeBody({ body }: Operation, components: SchemaComponents): SchemaObject {
  if (body === undefined) return {};
  return { requestBody: { required: body.required, content: describeContent(body.content, components, 'input') } };
}

function describeAnswers(operation: Operation, components: SchemaComponents): Record<string, SchemaObject> {
  const headers = referHeaders(listHeaders(operation));
  return Object.fromEntries(
    Object.entries(operation.answers).map(([status, { description, content }]) => [
      status,
      { description, headers, ...(content && { content: describeContent(content, components, 'output') }) },
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

/** Lists the headers of an operation's successful responses. */
function listHeaders({ operationId, scope, query, headers }: Operation): SharedHeader[] {
  const takes = (name: string) => name in (headers?.shape ?? {});
  return [
    'RequestId',
    ...(scope === null ? [] : (['RateLimitLimit', 'RateLimitRemaining', 'RateLimitReset'] as const)),
    ...(takes('idempotency-key') ? (['Location', 'IdempotentReplayed'] as const) : []),
    ...(takes('prefer') ? (['PreferenceApplied'] as const) : []),
    ...('cursor' in (query?.shape ?? {}) ? (['Link'] as const) : []),
    ...(operationId === 'createDataset' ? (['Location'] as const) : []),
    ...(operationId === 'getChart' ? (['ETag'] as const) : []),
    ...(digested.has(operationId) ? (['ContentDigest', 'ETag'] as const) : []),
  ];
}
