import { isSchema } from './find-discriminator.ts';
import type { SchemaObject } from './schema-object.ts';

/** Keywords that limit what a request may contain. */
const limits = new Set(['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern']);

/**
 * Shortens the schema of a response that differs from the schema of requests with the same name. Omits the limits of its
 * fields, and the descriptions that the request has, to keep the document small.
 */
export function shortenResponse(response: SchemaObject, request: SchemaObject = {}): SchemaObject {
  const { properties } = response;
  if (!isSchema(properties)) return response;
  const fields = Object.entries(properties).map(([name, field]) => [
    name,
    shortenField(field, readField(request, name)),
  ]);
  return { ...response, properties: Object.fromEntries(fields) };
}

function shortenField(field: unknown, { description }: SchemaObject): unknown {
  if (!isSchema(field)) return field;
  const isTwice = typeof description === 'string' && description.startsWith(String(field['description']));
  return removeLimits(isTwice ? { ...field, description: undefined } : field);
}

function removeLimits(schema: SchemaObject): SchemaObject {
  const kept = Object.entries(schema).filter(([keyword, value]) => !limits.has(keyword) && value !== undefined);
  const parts = kept.map(([keyword, value]) => [keyword, isSchema(value) ? removeLimits(value) : value]);
  return Object.fromEntries(parts);
}

function readField({ properties }: SchemaObject, name: string): SchemaObject {
  const field = isSchema(properties) ? properties[name] : undefined;
  return isSchema(field) ? field : {};
}
