import { z } from 'zod';

const namesSchema = z.object({ enum: z.array(z.string()) });

export type SchemaObject = { [keyword: string]: unknown };

export type SchemaComponents = {
  /** Returns the JSON schema of a zod schema, or a reference to it if the zod schema has a name (`.meta({ id })`). */
  refer(schema: z.ZodType, io: 'input' | 'output'): SchemaObject;
  /** Returns all named schemas, sorted by name. */
  all(): Record<string, SchemaObject>;
};

/**
 * Creates a collection that converts zod schemas to JSON Schema 2020-12, the dialect of OpenAPI 3.1. Input and output
 * schemas differ: a field with a default is optional in input and required in output.
 */
export function createSchemaComponents(): SchemaComponents {
  const named = new Map<string, SchemaObject>();
  const keep = (name: string, schema: SchemaObject) => {
    const before = named.get(name);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(schema))
      throw new Error(`Two different schemas have the name ${name}. Rename one of them.`);
    named.set(name, schema);
  };
  return {
    refer: (schema, io) => {
      const { $schema: _, $defs = {}, id, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
      for (const [name, definition] of Object.entries($defs))
        keep(nameComponent(name), isAnyJson(name) ? anyJson : renameRefs(removeId(definition)));
      const written = renameRefs(own);
      if (typeof id !== 'string') return written;
      keep(id, written);
      return { $ref: `#/components/schemas/${id}` };
    },
    all: () => Object.fromEntries([...named].sort(([a], [b]) => a.localeCompare(b, 'en'))),
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

function renameRefs(schema: SchemaObject): SchemaObject {
  const own = spellOutFields(schema);
  return Object.fromEntries(Object.entries(own).map(([keyword, value]) => [keyword, renameIn(keyword, value)]));
}

/** Lists a record's fixed field names as properties, because client generators ignore `propertyNames`. */
function spellOutFields(schema: SchemaObject): SchemaObject {
  const { propertyNames, additionalProperties, ...rest } = schema;
  const { data: names } = namesSchema.safeParse(propertyNames);
  if (names === undefined) return schema;
  const properties = Object.fromEntries(names.enum.map((name) => [name, additionalProperties]));
  return { ...rest, properties, additionalProperties: false };
}

function renameIn(keyword: string, value: unknown): unknown {
  if (keyword === '$ref' && typeof value === 'string')
    return `#/components/schemas/${nameComponent(value.slice(value.lastIndexOf('/') + 1))}`;
  if (Array.isArray(value)) return value.map((item) => renameIn('', item));
  return typeof value === 'object' && value !== null ? renameRefs(value as SchemaObject) : value;
}
