import { z } from 'zod';

/** Keywords of JSON Schema (draft 2020-12) that the error messages and the API reference page use. */
export type JsonSchema = {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | string[];
  description?: string;
  examples?: unknown[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  format?: string;
  pattern?: string;
};

const known = new WeakMap<z.ZodType, JsonSchema>();

/** Converts a zod schema to the JSON schema of its input. Caches the result. */
export function buildJsonSchema(schema: z.ZodType): JsonSchema {
  const found = known.get(schema);
  if (found !== undefined) return found;
  // The library's type also includes the keywords of other JSON Schema drafts.
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  known.set(schema, made);
  return made;
}

/**
 * Returns the schema of the value at a path, or null if no schema describes it. Among alternatives, chooses the one
 * whose fixed fields (the discriminator) match the value best.
 */
export function findSchema(schema: JsonSchema, root: unknown, path: readonly PropertyKey[]): JsonSchema | null {
  const resolve = (node: JsonSchema): JsonSchema => {
    const name = node.$ref?.slice(node.$ref.lastIndexOf('/') + 1);
    return name === undefined ? node : (schema.$defs?.[name] ?? {});
  };
  let at: JsonSchema | null = chooseBranch(resolve(schema), root);
  let value = root;
  for (const part of path) {
    if (at === null) return null;
    value = readChild(value, part);
    const next: JsonSchema | boolean | undefined = typeof part === 'number' ? at.items : findField(at, String(part));
    at = typeof next === 'object' ? chooseBranch(resolve(next), value) : null;
  }
  return at;
}

/** Returns the value of one field or list entry, or undefined if it does not exist. */
export function readChild(value: unknown, part: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
  return Reflect.get(value, part);
}

/** Returns a field's schema. If the field distinguishes alternatives, the schema accepts every alternative's value. */
function findField(schema: JsonSchema, name: string): JsonSchema | boolean | undefined {
  const branches = schema.oneOf ?? schema.anyOf ?? [];
  const values = branches.flatMap(({ properties }) => properties?.[name]?.const ?? properties?.[name]?.enum ?? []);
  if (values.length > 0) return { enum: [...new Set(values)] };
  return schema.properties?.[name] ?? schema.additionalProperties;
}

function chooseBranch(schema: JsonSchema, value: unknown): JsonSchema {
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches === undefined) return schema;
  const fits = branches.map((branch) => countFits(branch, value));
  const best = Math.max(...fits);
  const branch = branches[fits.indexOf(best)];
  const decided = best > 0 || fits.filter((fit) => fit === best).length === 1;
  return decided && branch !== undefined ? branch : schema;
}

/** Returns how many fixed fields of a schema alternative match the value, minus how many do not match. */
function countFits(branch: JsonSchema, value: unknown): number {
  return Object.entries(branch.properties ?? {}).reduce((sum, [name, property]) => {
    const given = readChild(value, name);
    const allowed = property.const === undefined ? property.enum : [property.const];
    if (given === undefined || allowed === undefined) return sum;
    return sum + (allowed.includes(given) ? 1 : -1);
  }, 0);
}

/** Describes the accepted values as text that follows "Use", such as `a whole number from 1 to 20`. */
export function describeSchema(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches !== undefined) return [...new Set(branches.map(describeBranch))].join(', or ');
  return typeDescriptions[String(schema.type)]?.(schema) ?? 'any JSON value';
}

const typeDescriptions: Record<string, (schema: JsonSchema) => string> = {
  string: describeText,
  integer: (schema) => `a whole number${describeRange(schema)}`,
  number: (schema) => `a number${describeRange(schema)}`,
  boolean: () => 'true or false',
  null: () => 'null',
  array: ({ minItems, maxItems }) => `a list of ${describeAmount(minItems, maxItems, 'items')}`,
  object: (schema) =>
    schema.properties === undefined ? 'an object' : `an object with ${listFields(schema).join(', ')}`,
};

/** Describes a schema alternative by the field that distinguishes it from the others, if it has such a field. */
function describeBranch(branch: JsonSchema): string {
  const fixed = Object.entries(branch.properties ?? {}).find(([, property]) => property.const !== undefined);
  return fixed === undefined ? describeSchema(branch) : `{"${fixed[0]}": ${JSON.stringify(fixed[1].const)}, …}`;
}

function listFields(schema: JsonSchema): string[] {
  const required = schema.required ?? [];
  return required.length > 0 ? required : Object.keys(schema.properties ?? {});
}

function describeText({ format, minLength, maxLength, pattern }: JsonSchema): string {
  if (format === 'date') return 'a date, such as "2026-01-31"';
  if (format === 'date-time') return 'an instant, such as "2026-01-31T12:00:00Z"';
  const id = /^\^([a-z]{3})_\[/.exec(pattern ?? '');
  if (id !== null) return `an id of the form ${id[1]}_… (26 characters)`;
  return `text of ${describeAmount(minLength, maxLength, 'characters')}`;
}

function describeAmount(min: number | undefined, max: number | undefined, unit: string): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max} ${unit}`;
  if (min !== undefined) return `${min} or more ${unit}`;
  return max === undefined ? `any number of ${unit}` : `up to ${max} ${unit}`;
}

function describeRange({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  // Bounds at the limits of safe integers are not shown, because they would not help the reader.
  const min = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const max = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  const low =
    exclusiveMinimum === undefined ? (min === undefined ? '' : ` of ${min} or more`) : ` above ${exclusiveMinimum}`;
  return max === undefined ? low : `${low}${low === '' ? '' : ','} up to ${max}`;
}
