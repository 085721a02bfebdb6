import type { SchemaObject } from './schemas/schema-object.ts';

const licenseUrl = 'https://www.apache.org/licenses/LICENSE-2.0';

/**
 * Converts an OpenAPI 3.1 document to OpenAPI 3.0.3, for client generators that do not support 3.1. Removes what 3.0
 * cannot express, webhooks and rules about field names, and what these generators get wrong: `discriminator`, because
 * a Rust client reads the tag of a union twice. The single value of each tag still tells the branches apart.
 */
export function convertTo30({ webhooks: _, info, ...document }: SchemaObject): SchemaObject {
  const { license, ...about } = info as { license: { name: string } }; // renderOpenapi always writes the license
  const converted = convertNode(setTypes({ ...document, openapi: '3.0.3' }));
  return removeUnused({ ...converted, info: { ...about, license: { name: license.name, url: licenseUrl } } });
}

/** Removes the components that nothing in the document refers to, such as the headers of webhooks. */
function removeUnused(document: SchemaObject): SchemaObject {
  const { components } = document;
  if (!isNode(components)) return document;
  const text = JSON.stringify(document);
  let isSmaller = false;
  const kept = Object.entries(components).map(([kind, parts]) => {
    if (kind === 'securitySchemes' || !isNode(parts)) return [kind, parts];
    const used = Object.entries(parts).filter(([name]) => text.includes(`"#/components/${kind}/${name}"`));
    isSmaller ||= used.length < Object.keys(parts).length;
    return [kind, Object.fromEntries(used)];
  });
  return isSmaller ? removeUnused({ ...document, components: Object.fromEntries(kept) }) : document;
}

/** Writes the type of a named list of values next to each reference to it, because 3.0 requires it for `nullable`. */
function setTypes(document: SchemaObject): SchemaObject {
  const { schemas } = document['components'] as { schemas: Record<string, SchemaObject> }; // renderOpenapi writes it
  const isText = (member: unknown) =>
    isNode(member) && schemas[String(member['$ref']).split('/').at(-1) ?? '']?.['type'] === 'string';
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (!isNode(node)) return node;
    const copy = Object.fromEntries(Object.entries(node).map(([keyword, value]) => [keyword, visit(value)]));
    return Array.isArray(copy['anyOf']) && copy['anyOf'].some(isText) ? { type: 'string', ...copy } : copy;
  };
  return visit(document) as SchemaObject; // it has the form of the document
}

/** Keywords whose values are data, not schemas. */
const dataKeywords = new Set(['examples', 'enum', 'default', 'required', 'mapping', 'security', 'tags']);
/** Keywords whose values are maps of schemas by name. A name may equal a keyword. */
const mapKeywords = new Set(['properties', 'schemas']);

function convertNode(node: SchemaObject): SchemaObject {
  const children = Object.entries(node).map(([keyword, value]) => [keyword, convertValue(keyword, value)]);
  return convertKeywords(Object.fromEntries(children));
}

function convertValue(keyword: string, value: unknown): unknown {
  if (dataKeywords.has(keyword)) return value;
  if (Array.isArray(value)) return value.map((item) => convertValue('', item));
  if (!isNode(value)) return value;
  if (keyword === 'content') return Object.fromEntries(Object.entries(value).map(convertMedia));
  if (!mapKeywords.has(keyword)) return convertNode(value);
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, convertValue('', schema)]));
}

/** Declares text that is not JSON as bytes, because these generators parse a `string` as JSON. */
function convertMedia([type, media]: [string, unknown]): [string, unknown] {
  const converted = convertValue('', media);
  const isText = isNode(converted) && isNode(converted['schema']) && converted['schema']['type'] === 'string';
  if (type === 'text/event-stream') return [type, { schema: { type: 'string', format: 'binary' } }];
  return [type, isText && !/\bjson$/.test(type) ? { schema: { type: 'string', format: 'binary' } } : converted];
}

function isNode(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null;
}

/** Replaces the keywords of one node that OpenAPI 3.0 does not have. Its children are already converted. */
function convertKeywords({
  const: only,
  examples,
  propertyNames: _,
  discriminator: __,
  ...rest
}: SchemaObject): SchemaObject {
  // A union without tags becomes any value: a Java client does not compile with a list or a text in a union.
  const { anyOf: _untagged, ...node } = convertNull(rest);
  if (only !== undefined) node['enum'] = [only];
  if (Array.isArray(examples)) node['example'] = examples[0];
  return wrapReference(node);
}

const isNull = (member: unknown) => isNode(member) && member['type'] === 'null';

function convertNull(node: SchemaObject): SchemaObject {
  const { type, anyOf, ...rest } = node;
  if (Array.isArray(type)) return { ...node, type: type.find((each) => each !== 'null'), nullable: true };
  if (!Array.isArray(anyOf) || !anyOf.some(isNull)) return node;
  const others = anyOf.filter((member) => !isNull(member));
  const one = others.length === 1 ? wrapReference({ ...others[0], ...rest }) : { ...rest, anyOf: others };
  // 3.0 requires a type next to `nullable`.
  return { type: type ?? 'object', ...one, nullable: true };
}

/** OpenAPI 3.0 ignores keywords next to `$ref`, so the reference moves into `allOf`. */
function wrapReference(node: SchemaObject): SchemaObject {
  const { $ref, ...rest } = node;
  return $ref === undefined || Object.keys(rest).length === 0 ? node : { allOf: [{ $ref }], ...rest };
}
