import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const text = readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8');
const { components, paths } = parse(text);

type Node = Record<string, unknown>;
type Found = { at: string; node: Node };

/** Lists all schema nodes below a part of the contract. */
function listNodes(part: unknown, at: string): Found[] {
  if (Array.isArray(part)) return part.flatMap((item, index) => listNodes(item, `${at}/${index}`));
  if (typeof part !== 'object' || part === null || /\/(examples|mapping)$/.test(at)) return [];
  const node = part as Node; // it is an object that is not a list
  return [{ at, node }, ...Object.entries(node).flatMap(([key, value]) => listNodes(value, `${at}/${key}`))];
}

const nodes = listNodes(components.schemas, '');
const isTop = ({ at }: Found) => at.split('/').length === 2;
const findAll = (matches: (found: Found) => boolean) => nodes.filter(matches).map(({ at }) => at);

test('the contract is smaller than 357 kB', () => {
  expect(Buffer.byteLength(text)).toBeLessThan(357_000);
});

test('every object with fields and every list of values has a name', () => {
  const needsName = ({ properties, enum: values }: Node) =>
    (typeof properties === 'object' && !Array.isArray(properties)) || (Array.isArray(values) && values.length > 1);
  expect(findAll((found) => needsName(found.node) && !found.at.endsWith('/properties') && !isTop(found))).toEqual([]);
});

test('the branches of a union without tags have different JSON types', () => {
  const unions = nodes.filter(({ node }) => Array.isArray(node['anyOf']));
  const readType = ({ $ref, type }: Node): unknown => {
    const target = typeof $ref === 'string' ? components.schemas[$ref.split('/').at(-1) ?? ''] : {};
    return type ?? target.type ?? (target.oneOf ? 'object' : 'unknown');
  };
  expect(unions.length).toBeGreaterThan(10);
  for (const { at, node } of unions) {
    const types = (node['anyOf'] as Node[]).map(readType); // the filter above
    expect([...new Set(types)], at).toEqual(types);
  }
});

test('a text that reads as a number in YAML 1.2 is a number in YAML 1.1', () => {
  expect(text.match(/: \d+e-?\d+\b/g)).toBeNull();
});

test('each tag of a union leads to a named schema', () => {
  const unions = nodes.filter(({ node }) => typeof node['discriminator'] === 'object');
  expect(unions.length).toBeGreaterThan(10);
  for (const { at, node } of unions) {
    const { mapping } = node['discriminator'] as { mapping: Record<string, string> }; // the filter above
    const names = new Set(Object.values(mapping).map((reference) => reference.split('/').at(-1) ?? ''));
    expect([...names].filter((name) => !(name in components.schemas))).toEqual([]);
    expect(
      (node['oneOf'] as Node[]).map(({ $ref }) => $ref),
      at,
    ).toEqual([...new Set(Object.values(mapping))]);
  }
});

test('every number has a format, and none has a default, a constant value or an exclusive limit', () => {
  const isNumber = ({ node }: Found) => [node['type']].flat().some((type) => type === 'number' || type === 'integer');
  const numbers = nodes.filter(isNumber);
  expect(numbers.length).toBeGreaterThan(100);
  expect(numbers.filter(({ node }) => !/^(double|int32|int64)$/.test(String(node['format'])))).toEqual([]);
  const bad = ['default', 'const', 'exclusiveMinimum', 'exclusiveMaximum'];
  expect(numbers.filter(({ node }) => bad.some((keyword) => keyword in node))).toEqual([]);
});

test('every integer header has a format', () => {
  const integers = Object.values<{ schema: Node }>(components.headers).filter(
    ({ schema }) => schema['type'] === 'integer',
  );
  expect(integers.length).toBeGreaterThan(3);
  expect(integers.filter(({ schema }) => !/^int(32|64)$/.test(String(schema['format'])))).toEqual([]);
});

test('the address of a webhook endpoint is a URI in requests, responses and events', () => {
  const names = ['WebhookEndpointInput', 'WebhookEndpoint', 'Webhook', 'PauseEventData', 'TestEventData'];
  for (const name of names) expect(components.schemas[name].properties.url.format, name).toBe('uri');
});

test('responses are open to new fields, and requests are strict', () => {
  expect(components.schemas.Run.additionalProperties).toBeUndefined();
  expect(components.schemas.RunSpecInput.additionalProperties).toBe(false);
  expect(components.schemas.LimitsInput.additionalProperties).toBe(false);
  expect(components.schemas.Limits.additionalProperties).toBeUndefined();
});

test('a default never makes a field of a request required', () => {
  expect(components.schemas.RunSpecInput.required).toEqual(['targets']);
  expect(findAll(({ node, at }) => 'default' in node && !at.endsWith('/properties'))).toEqual([]);
});

test('the security scheme does not share its name with a schema', () => {
  const names = Object.keys(components.schemas).map((name) => name.toLowerCase());
  expect(Object.keys(components.securitySchemes).filter((name) => names.includes(name.toLowerCase()))).toEqual([]);
});

test('every reference of the contract has a target', () => {
  const references = new Set([...text.matchAll(/#\/components\/schemas\/([A-Za-z0-9]+)/g)].map(([, name]) => name));
  expect([...references].filter((name) => name === undefined || !(name in components.schemas))).toEqual([]);
  expect(text).not.toMatch(/#\/(input|output)\//);
  expect(Object.keys(paths).length).toBeGreaterThan(20);
});
