import { z } from 'zod';

const namesSchema = z.object({ enum: z.array(z.string()) });

export type SchemaObject = { [keyword: string]: unknown };

/** Collects the named schemas of a document while its operations are written. */
export type SchemaComponents = {
  /** The schema itself, or a reference to it where it has a name (`.meta({ id })`). */
  refer(schema: z.ZodType, io: 'input' | 'output'): SchemaObject;
  /** All named schemas, by name. */
  all(): Record<string, SchemaObject>;
};

/**
 * Writes schemas by zod's own converter (JSON Schema 2020-12, which OpenAPI 3.1 uses as it is): it tells what goes in
 * from what comes out, where a field with a default is there always, and can write recursive schemas.
 */
export function createSchemaComponents(): SchemaComponents {
  const named = new Map<string, SchemaObject>();
  const keep = (name: string, schema: SchemaObject) => {
    const before = named.get(name);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(schema))
      throw new Error(`Two schemas are named ${name}: one that goes in, or a changed copy, needs a name of its own`);
    named.set(name, schema);
  };
  return {
    refer: (schema, io) => {
      const { $schema: _, $defs = {}, id, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
      for (const [name, definition] of Object.entries($defs))
        keep(nameOf(name), isAnyJson(name) ? anyJson : renameRefs(withoutId(definition)));
      const written = renameRefs(own);
      if (typeof id !== 'string') return written;
      keep(id, written);
      return { $ref: `#/components/schemas/${id}` };
    },
    all: () => Object.fromEntries([...named].sort(([a], [b]) => a.localeCompare(b, 'en'))),
  };
}

/**
 * The only unnamed definition is the recursive one of any JSON value. A JSON document holds nothing else, so it is said
 * without recursion, which generated types cannot follow.
 */
function isAnyJson(definition: string): boolean {
  return definition.startsWith('__schema');
}

const anyJson: SchemaObject = { description: 'Any JSON value' };

function nameOf(definition: string): string {
  return isAnyJson(definition) ? 'JsonValue' : definition;
}

function withoutId({ id: _, ...schema }: SchemaObject): SchemaObject {
  return schema;
}

function renameRefs(schema: SchemaObject): SchemaObject {
  const own = spellOutFields(schema);
  return Object.fromEntries(Object.entries(own).map(([keyword, value]) => [keyword, renameIn(keyword, value)]));
}

/** A record over a fixed list of names says which fields there are only by their names' schema: generators miss that. */
function spellOutFields(schema: SchemaObject): SchemaObject {
  const { propertyNames, additionalProperties, ...rest } = schema;
  const { data: names } = namesSchema.safeParse(propertyNames);
  if (names === undefined) return schema;
  const properties = Object.fromEntries(names.enum.map((name) => [name, additionalProperties]));
  return { ...rest, properties, additionalProperties: false };
}

function renameIn(keyword: string, value: unknown): unknown {
  if (keyword === '$ref' && typeof value === 'string')
    return `#/components/schemas/${nameOf(value.slice(value.lastIndexOf('/') + 1))}`;
  if (Array.isArray(value)) return value.map((item) => renameIn('', item));
  return typeof value === 'object' && value !== null ? renameRefs(value as SchemaObject) : value;
}
