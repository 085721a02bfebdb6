import { z } from 'zod';
import { isSchema } from './schemas/find-discriminator.ts';
import { mergeDirections, prefixes } from './schemas/merge-directions.ts';
import { type Direction, rewriteSchema } from './schemas/rewrite-schema.ts';
import type { SchemaObject } from './schemas/schema-object.ts';

export type SchemaComponents = {
  /** Returns the JSON schema of a zod schema, or a reference to it if the zod schema has a name (`.meta({ id })`). */
  refer(schema: z.ZodType, io: Direction): SchemaObject;
  /** Returns all named schemas, sorted by name, and a function that completes the references of a part. */
  finish(): ReturnType<typeof mergeDirections>;
};

/**
 * Creates a collection that converts zod schemas to JSON Schema 2020-12, the dialect of OpenAPI 3.1. Input and output
 * schemas differ: a field with a default is optional in input and required in output.
 */
export function createSchemaComponents(): SchemaComponents {
  const named = { input: new Map<string, SchemaObject>(), output: new Map<string, SchemaObject>() };
  const keep = (io: Direction, name: string, schema: SchemaObject) => {
    const before = named[io].get(name);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(schema))
      throw new Error(`Two different schemas have the name ${name}. Rename one of them.`);
    named[io].set(name, schema);
  };
  return {
    refer: (schema, io) => {
      const { $schema: _, $defs = {}, id, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
      for (const [name, definition] of Object.entries($defs))
        keep(io, nameComponent(name), isAnyJson(name) ? anyJson : rewriteAll(removeId(definition), io));
      const written = rewriteAll(own, io);
      if (typeof id !== 'string') return written;
      keep(io, id, written);
      return { $ref: `${prefixes[io]}${id}` };
    },
    finish: () => mergeDirections(named.input, named.output),
  };
}

/**
 * Returns whether a definition is the recursive schema for any JSON value, which is the only one with a generated name.
 * The caller replaces this schema, because client generators do not support recursion.
 */
function isAnyJson(definition: string): boolean {
  return definition.startsWith('__schema');
}

const anyJson: SchemaObject = { description: 'Any JSON value' };

const nameComponent = (definition: string) => (isAnyJson(definition) ? 'JsonValue' : definition);

const removeId = ({ id: _, ...schema }: SchemaObject): SchemaObject => schema;

/** Keywords whose values are data, not schemas. */
const dataKeywords = new Set(['examples', 'enum', 'const', 'default', 'required']);

function rewriteAll(schema: SchemaObject, io: Direction): SchemaObject {
  const own = rewriteSchema(schema, io);
  return Object.fromEntries(Object.entries(own).map(([keyword, value]) => [keyword, rewriteIn(keyword, value, io)]));
}

function rewriteIn(keyword: string, value: unknown, io: Direction): unknown {
  if (dataKeywords.has(keyword)) return value;
  if (keyword === '$ref' && typeof value === 'string')
    return prefixes[io] + nameComponent(value.slice(value.lastIndexOf('/') + 1));
  if (keyword === 'properties' && isSchema(value))
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, rewriteIn('', field, io)]));
  if (Array.isArray(value)) return value.map((item) => rewriteIn('', item, io));
  return isSchema(value) ? rewriteAll(value, io) : value;
}
