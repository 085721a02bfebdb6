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

/** Returns a field's schema. If the field distinguishes alternatives, the schema accepts the values of all of them. */
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
