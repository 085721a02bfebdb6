import { chooseNames, type Trail } from './choose-names.ts';
import { findDiscriminator, isSchema, listTags } from './find-discriminator.ts';
import type { SchemaObject } from './schema-object.ts';

/** Names of branches whose tag has several values, by the first of these. */
const branchNames: Record<string, string> = { ttftMs: 'Request', completedRequestsPerMinute: 'Stage' };

export type NamedSchemas = Map<string, SchemaObject>;

/** An anonymous schema of one direction: its places, and its descriptions there. */
type Anonymous = { trails: Trail[]; descriptions: Set<unknown> };
type AnonymousSchemas = ReadonlyMap<string, Anonymous>;

/**
 * Moves anonymous objects, lists of values, unions of objects, and their branches to schemas of their own. Equal schemas
 * become one. Names do not depend on the order of the schemas.
 */
export function nameSchemas(
  directions: readonly NamedSchemas[],
  taken: ReadonlySet<string>,
  prefixOf: (index: number) => string,
): NamedSchemas[] {
  const found = directions.map(findAnonymous);
  const nameByText = chooseNames(
    found.map((direction) => new Map([...direction].map(([text, { trails }]) => [text, trails]))),
    taken,
  );
  return directions.map((schemas, index) =>
    moveAnonymous(schemas, found[index] ?? new Map(), nameByText, prefixOf(index)),
  );
}

function findAnonymous(schemas: NamedSchemas): AnonymousSchemas {
  const found = new Map<string, Anonymous>();
  walk(schemas, (schema, _, trail) => {
    const text = identify(schema);
    const { trails, descriptions } = found.get(text) ?? { trails: [], descriptions: new Set() };
    found.set(text, { trails: [...trails, trail], descriptions: descriptions.add(schema['description']) });
    return schema;
  });
  return found;
}

function moveAnonymous(
  schemas: NamedSchemas,
  found: AnonymousSchemas,
  nameByText: ReadonlyMap<string, string>,
  prefix: string,
): NamedSchemas {
  const moved: NamedSchemas = new Map();
  const kept = walk(schemas, (schema, whole, _, isBranch) => {
    const text = identify(schema);
    const name = nameByText.get(text) ?? '';
    const { description, ...content } = whole;
    const isShared = schema['enum'] === undefined && found.get(text)?.descriptions.size === 1;
    const named = isShared ? whole : content;
    moved.set(name, isBranch ? { title: name, ...named } : named);
    const reference = { $ref: `${prefix}${name}` };
    return isShared || description === undefined ? reference : { ...reference, description };
  });
  return new Map([...kept, ...moved]);
}

function identify({ description: _, ...content }: SchemaObject): string {
  return JSON.stringify(content);
}

/**
 * Replaces an anonymous schema. `whole` is the schema after its parts were replaced. A branch of a union gets a title,
 * which documentation shows in the list of branches.
 */
type Replace = (schema: SchemaObject, whole: SchemaObject, trail: Trail, isBranch: boolean) => SchemaObject;

function walk(schemas: NamedSchemas, replace: Replace): NamedSchemas {
  const visit = (schema: SchemaObject, trail: Trail, place: Place): SchemaObject => {
    const tag = findDiscriminator(schema);
    const parts = Object.entries(schema).map(([keyword, value]) => [keyword, visitIn(keyword, value, trail, tag)]);
    const whole = addDiscriminator(Object.fromEntries(parts), schema, tag);
    const isAnonymous = place === 'branch' || (place === 'field' && needsName(whole, tag));
    return isAnonymous ? replace(schema, whole, trail, place === 'branch') : whole;
  };
  const visitIn = (keyword: string, value: unknown, trail: Trail, tag: string | null): unknown => {
    if (keyword === 'properties' && isSchema(value))
      return mapValues(value, (field, name) =>
        isSchema(field) ? visit(field, [...trail, toPascal(name)], 'field') : field,
      );
    if (keyword === 'items' && isSchema(value)) return visit(value, singularizeLast(trail), 'field');
    if (keyword === 'additionalProperties' && isSchema(value)) return visit(value, singularizeLast(trail), 'field');
    if ((keyword === 'oneOf' || keyword === 'anyOf') && Array.isArray(value))
      return value.map((branch) => visit(branch, nameBranch(branch, trail, tag), tag === null ? 'field' : 'branch'));
    return value;
  };
  return new Map([...schemas].map(([name, schema]) => [name, visit(schema, [name.replace(/Input$/, '')], 'root')]));
}

/** Where a schema is: at the top, in a field, list or record, or in a tagged union, whose branches all have names. */
type Place = 'root' | 'field' | 'branch';

function needsName({ type, properties, enum: values }: SchemaObject, tag: string | null): boolean {
  if (tag !== null) return true;
  return (type === 'object' && isSchema(properties)) || (Array.isArray(values) && values.length > 1);
}

function addDiscriminator(schema: SchemaObject, original: SchemaObject, tag: string | null): SchemaObject {
  const { oneOf, anyOf, ...rest } = schema;
  const branches = oneOf ?? anyOf;
  if (tag === null || !Array.isArray(branches)) return schema;
  const mapping = Object.fromEntries(
    listTags(original, tag).flatMap((values, index) => values.map((value) => [value, branches[index].$ref])),
  );
  return { ...rest, oneOf: branches, discriminator: { propertyName: tag, mapping } };
}

function nameBranch(branch: SchemaObject, trail: Trail, tag: string | null): Trail {
  const [values = []] = tag === null ? [] : listTags({ oneOf: [branch] }, tag);
  const [value] = values;
  const last = trail.at(-1) ?? '';
  return value === undefined ? trail : [...trail.slice(0, -1), `${branchNames[value] ?? toPascal(value)}${last}`];
}

function singularizeLast(trail: Trail): Trail {
  const last = trail.at(-1) ?? '';
  return [...trail.slice(0, -1), last.replace(/ies$/, 'y').replace(/([^su])s$/, '$1')];
}

function toPascal(name: string): string {
  return name.replace(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function mapValues(record: SchemaObject, change: (value: unknown, name: string) => unknown): SchemaObject {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}
