import { findDiscriminator, isSchema, listTags } from './find-discriminator.ts';
import type { SchemaObject } from './schema-object.ts';

/** An anonymous object with more fields gets a name. */
const maxAnonymousFields = 2;

/** Names of tagged unions by their discriminator, if the name of the field that holds them would be less clear. */
const unionNames: Record<string, string> = { distribution: 'TokenDistribution', mode: 'Load', find: 'LoadSearch' };

/** Names of branches whose tag has several values, by the first of these. */
const branchNames: Record<string, string> = { ttftMs: 'Request', completedRequestsPerMinute: 'Stage' };

/** Field names that mean little without the name of the parent. */
const vague = new Set(
  'Connection Example Level Links Metric Point Requests Result Spec Stage Test Tokens Totals Usage Use'.split(' '),
);

export type NamedSchemas = Map<string, SchemaObject>;

/**
 * Moves large anonymous objects, unions of objects, and their branches to schemas of their own. Equal schemas become
 * one. A name is the field that holds the schema, or the tag and the union; if it is taken, the parent's name precedes.
 */
export function nameSchemas(components: NamedSchemas, taken: ReadonlySet<string>, prefix: string): NamedSchemas {
  const named: NamedSchemas = new Map();
  const nameByText = new Map<string, string>();
  const refer = (schema: SchemaObject, trail: readonly string[]): SchemaObject => {
    const { description, ...content } = schema;
    const text = JSON.stringify(content);
    const name = nameByText.get(text) ?? chooseName(trail, (free) => !taken.has(free) && !named.has(free));
    if (!nameByText.has(text)) named.set(name, { title: name, ...schema });
    nameByText.set(text, name);
    const reference = { $ref: `${prefix}${name}` };
    const isKnown = description === undefined || named.get(name)?.['description'] === description;
    return isKnown ? reference : { ...reference, description };
  };
  const visit = (schema: SchemaObject, trail: readonly string[], place: Place): SchemaObject => {
    const isNamed = place === 'root';
    const tag = findDiscriminator(schema);
    const union = tag === null ? undefined : unionNames[tag];
    const own = union === undefined || isNamed ? trail : [...trail, union];
    const parts = Object.entries(schema).map(([keyword, value]) => [keyword, visitIn(keyword, value, own, tag)]);
    const whole = addDiscriminator(Object.fromEntries(parts), schema, tag);
    const isAnonymous = isNamed || !(place === 'branch' || needsName(whole, tag));
    return isAnonymous ? whole : refer(whole, own);
  };
  const visitIn = (keyword: string, value: unknown, trail: readonly string[], tag: string | null): unknown => {
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
  for (const [name, schema] of components) named.set(name, visit(schema, [name], 'root'));
  return named;
}

/** Where a schema is: at the top, in a field, list or record, or in a tagged union, whose branches all have names. */
type Place = 'root' | 'field' | 'branch';

function needsName(schema: SchemaObject, tag: string | null): boolean {
  const { type, properties } = schema;
  if (tag !== null) return true;
  return type === 'object' && isSchema(properties) && Object.keys(properties).length > maxAnonymousFields;
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

function nameBranch(branch: SchemaObject, trail: readonly string[], tag: string | null): string[] {
  const [values = []] = tag === null ? [] : listTags({ oneOf: [branch] }, tag);
  const last = trail.at(-1) ?? '';
  return values.length === 0
    ? [...trail]
    : [...trail.slice(0, -1), `${branchNames[values[0] ?? ''] ?? toPascal(values[0] ?? '')}${last}`];
}

function chooseName(trail: readonly string[], isFree: (name: string) => boolean): string {
  const shortest = vague.has(trail.at(-1) ?? '') ? 2 : 1;
  for (let length = shortest; length <= trail.length; length++) {
    const name = trail.slice(-length).join('');
    if (isFree(name)) return name;
  }
  for (let number = 2; ; number++) {
    const name = `${trail.slice(-2).join('')}${number}`;
    if (isFree(name)) return name;
  }
}

function singularizeLast(trail: readonly string[]): string[] {
  const last = trail.at(-1) ?? '';
  return [...trail.slice(0, -1), last.replace(/ies$/, 'y').replace(/([^s])s$/, '$1')];
}

function toPascal(name: string): string {
  return name.replace(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function mapValues(record: SchemaObject, change: (value: unknown, name: string) => unknown): SchemaObject {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}
