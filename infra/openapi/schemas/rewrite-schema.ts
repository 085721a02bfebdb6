import { z } from 'zod';
import { numberRange } from '../../../shared/number-schema.ts';
import { isSchema } from './find-discriminator.ts';
import type { SchemaObject } from './schema-object.ts';

export type Direction = 'input' | 'output';

const namesSchema = z.object({ enum: z.array(z.string()) });
const maxInt32 = 2 ** 31 - 1;
const plainTypes = new Set(['string', 'number', 'integer', 'boolean']);

/**
 * Rewrites one schema, without its parts, to the keywords that client generators support. Requests stay strict;
 * responses are open to new fields.
 */
export function rewriteSchema(schema: SchemaObject, direction: Direction): SchemaObject {
  const rules = [mergeNull, rewriteNumber, rewriteDate, rewriteConstant, mergeTexts, spellOutFields];
  const plain = rules.reduce((current, rule) => rule(current), schema);
  const described = describeDefault(plain, direction);
  if (direction === 'input' || described['additionalProperties'] !== false) return described;
  const { additionalProperties: _, ...open } = described;
  return open;
}

/** Writes a nullable number or text as one schema with two types, which is shorter than a union. */
function mergeNull({ anyOf, ...rest }: SchemaObject): SchemaObject {
  const [value, empty, ...others] = Array.isArray(anyOf) ? anyOf.filter(isSchema) : [];
  const isPlain =
    typeof value?.['type'] === 'string' && plainTypes.has(value['type']) && !('enum' in value || 'const' in value);
  if (!isPlain || empty?.['type'] !== 'null' || others.length > 0)
    return anyOf === undefined ? rest : { ...rest, anyOf };
  return { ...value, type: [value['type'], 'null'], ...rest };
}

/** Adds the format of a number, and replaces exclusive limits, which few generators support, by a description. */
function rewriteNumber(schema: SchemaObject): SchemaObject {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, ...rest } = schema;
  const kind = Array.isArray(type) ? type.find((each) => each !== 'null') : type;
  if (kind !== 'integer' && kind !== 'number') return schema;
  const isInt32 = typeof maximum === 'number' && maximum <= maxInt32;
  const format = kind === 'number' ? 'double' : isInt32 ? 'int32' : 'int64';
  const low = exclusiveMinimum === 0 ? numberRange.least : (exclusiveMinimum ?? minimum);
  const high = typeof exclusiveMaximum === 'number' ? exclusiveMaximum : maximum;
  const notes = [
    ...(typeof exclusiveMinimum === 'number' ? [`Greater than ${exclusiveMinimum}`] : []),
    ...(typeof exclusiveMaximum === 'number' ? [`Less than ${exclusiveMaximum}`] : []),
  ];
  return {
    type,
    format,
    ...(low === undefined || low === Number.MIN_SAFE_INTEGER ? {} : { minimum: low }),
    ...(high === undefined || high === Number.MAX_SAFE_INTEGER ? {} : { maximum: high }),
    ...notes.reduce(addNote, rest),
  };
}

/** Removes the pattern of a date: its format says the same. */
function rewriteDate(schema: SchemaObject): SchemaObject {
  const { pattern: _, ...rest } = schema;
  return schema['format'] === 'date' || schema['format'] === 'date-time' ? rest : schema;
}

/** Replaces a constant number by its limits, and removes the rule for field names if any text is valid. */
function rewriteConstant({ const: constant, ...rest }: SchemaObject): SchemaObject {
  if (typeof constant === 'number') return { ...rest, minimum: constant, maximum: constant };
  return constant === undefined ? rest : { ...rest, const: constant };
}

/** Replaces a union of constants and patterns by one text whose pattern matches all of them. */
function mergeTexts({ anyOf, ...rest }: SchemaObject): SchemaObject {
  const patterns = Array.isArray(anyOf) ? anyOf.map(readPattern) : [];
  if (patterns.length < 2 || patterns.includes(null)) return anyOf === undefined ? rest : { ...rest, anyOf };
  return { ...rest, type: 'string', pattern: `^(?:${patterns.join('|')})$` };
}

/** Returns the pattern of a text without its anchors, or null for another schema. */
function readPattern(schema: unknown): string | null {
  if (!isSchema(schema) || schema['type'] !== 'string') return null;
  const { const: constant, pattern } = schema;
  if (typeof constant === 'string') return /^\w+$/.test(constant) ? constant : null;
  return typeof pattern === 'string' ? pattern.replace(/^\^|\$$/g, '') : null;
}

/** Lists a record's fixed field names as properties, because client generators ignore `propertyNames`. */
function spellOutFields(schema: SchemaObject): SchemaObject {
  const { propertyNames, additionalProperties, ...rest } = schema;
  const { data: names } = namesSchema.safeParse(propertyNames);
  if (names === undefined) return schema;
  const properties = Object.fromEntries(names.enum.map((name) => [name, additionalProperties]));
  return { ...rest, properties, additionalProperties: false };
}

/**
 * Moves a default to the description. Some generators make a field with a default required, and many cannot express a
 * default that is an object or a list.
 */
function describeDefault({ default: value, ...rest }: SchemaObject, direction: Direction): SchemaObject {
  const isDescribed = String(rest['description'] ?? '').includes('Default: ');
  if (value === undefined || direction === 'output' || isDescribed) return rest;
  return addNote(rest, `Default: \`${JSON.stringify(value)}\``);
}

function addNote(schema: SchemaObject, note: string): SchemaObject {
  const { description } = schema;
  return { ...schema, description: typeof description === 'string' ? `${description}. ${note}` : note };
}
