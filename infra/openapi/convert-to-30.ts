import type { SchemaObject } from './schemas/schema-object.ts';

const licenseUrl = 'https://www.apache.org/licenses/LICENSE-2.0';

/**
 * Converts an OpenAPI 3.1 document to OpenAPI 3.0.3, for client generators that do not support 3.1. Removes what 3.0
 * cannot express: webhooks, and rules about field names.
 */
export function convertTo30({ webhooks: _, info, ...document }: SchemaObject): SchemaObject {
  const { license, ...about } = info as { license: { name: string } }; // renderOpenapi always writes the license
  const converted = convertNode({ ...document, openapi: '3.0.3' });
  return { ...converted, info: { ...about, license: { name: license.name, url: licenseUrl } } };
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
  if (!mapKeywords.has(keyword)) return convertNode(value);
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, convertValue('', schema)]));
}

function isNode(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null;
}

/** Replaces the keywords of one node that OpenAPI 3.0 does not have. Its children are already converted. */
function convertKeywords({ const: only, examples, propertyNames: _, ...rest }: SchemaObject): SchemaObject {
  const node = convertNull(rest);
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
  // Every reference in a nullable union leads to an object, and 3.0 requires a type next to `nullable`.
  return { type: 'object', ...one, nullable: true };
}

/** OpenAPI 3.0 ignores keywords next to `$ref`, so the reference moves into `allOf`. */
function wrapReference(node: SchemaObject): SchemaObject {
  const { $ref, ...rest } = node;
  return $ref === undefined || Object.keys(rest).length === 0 ? node : { allOf: [{ $ref }], ...rest };
}
