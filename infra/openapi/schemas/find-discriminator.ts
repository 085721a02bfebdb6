import type { SchemaObject } from './schema-object.ts';

/** Returns whether a value of a schema is a schema, or a map of schemas. */
export function isSchema(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the field whose values distinguish the branches of a union, or null if no field does. */
export function findDiscriminator(schema: SchemaObject): string | null {
  const [first, ...others] = listBranches(schema);
  if (first === undefined || others.length === 0) return null;
  const names = Object.keys(isSchema(first['properties']) ? first['properties'] : {});
  return names.find((name) => isDistinct(listTags(schema, name))) ?? null;
}

/** Lists the values of a field in each branch of a union. */
export function listTags(schema: SchemaObject, name: string): string[][] {
  return listBranches(schema).map(({ properties }) => {
    const field = isSchema(properties) ? properties[name] : undefined;
    if (!isSchema(field)) return [];
    const { const: constant, enum: values } = field;
    if (typeof constant === 'string') return [constant];
    return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
  });
}

function listBranches({ oneOf, anyOf }: SchemaObject): SchemaObject[] {
  const branches = oneOf ?? anyOf;
  return Array.isArray(branches) ? branches.filter(isSchema) : [];
}

function isDistinct(tags: readonly (readonly string[])[]): boolean {
  const values = tags.flat();
  return tags.every((branch) => branch.length > 0) && new Set(values).size === values.length;
}
