import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { convertTo30 } from '../../../infra/openapi/convert-to-30.ts';
import { renderDocuments } from '../../../infra/openapi/render-documents.ts';

const { openapiYaml, openapi30Json } = renderDocuments();
const current = parse(openapiYaml);
const converted = JSON.parse(openapi30Json);

/** Converts one schema as part of a document. */
function convertSchema(schema: object): unknown {
  const info = { license: { name: 'Apache-2.0' } };
  const document = { info, use: { $ref: '#/components/schemas/One' }, components: { schemas: { One: schema } } };
  return JSON.parse(JSON.stringify(convertTo30(document))).components.schemas.One;
}

test('the 3.0.3 document has every operation, no webhooks, and exactly the components it refers to', () => {
  expect(converted.openapi).toBe('3.0.3');
  expect(Object.keys(converted.paths)).toEqual(Object.keys(current.paths));
  const { securitySchemes: _, ...parts } = converted.components;
  const defined = Object.entries(parts).flatMap(([kind, named]) =>
    Object.keys(named as object).map((name) => `#/components/${kind}/${name}`),
  );
  const referred = [...openapi30Json.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
  expect(defined.sort()).toEqual([...new Set(referred)].sort());
  expect(converted.webhooks).toBeUndefined();
});

test('the 3.0.3 document has no keyword that only 3.1 has', () => {
  const listKeywords = (node: unknown, isNames: boolean): string[] => {
    if (Array.isArray(node)) return node.flatMap((item) => listKeywords(item, false));
    if (typeof node !== 'object' || node === null) return [];
    return Object.entries(node).flatMap(([keyword, value]) => {
      if (!isNames && /^(example|mapping|enum|required|default)$/.test(keyword)) return [];
      const own = isNames ? [] : [keyword === 'type' && Array.isArray(value) ? 'type list' : keyword];
      return [...own, ...listKeywords(value, !isNames && /^(properties|schemas)$/.test(keyword))];
    });
  };
  const found = new Set(listKeywords(converted, false));
  for (const keyword of ['const', 'examples', 'propertyNames', 'type list', 'identifier', 'prefixItems', '$defs'])
    expect(found).not.toContain(keyword);
  expect(openapi30Json).not.toContain('"type":"null"');
});

test.each([
  [
    { type: ['string', 'null'], description: 'a' },
    { type: 'string', nullable: true, description: 'a' },
  ],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, { type: 'string', nullable: true }],
  [
    { anyOf: [{ $ref: '#/components/schemas/A' }, { type: 'null' }], description: 'a' },
    { type: 'object', allOf: [{ $ref: '#/components/schemas/A' }], description: 'a', nullable: true },
  ],
  [{ const: 'a' }, { enum: ['a'] }],
  [
    { type: 'string', examples: ['a', 'b'] },
    { type: 'string', example: 'a' },
  ],
  [
    { type: 'object', propertyNames: { minLength: 1 }, additionalProperties: { const: 1 } },
    { type: 'object', additionalProperties: { enum: [1] } },
  ],
  [
    { type: 'object', properties: { const: { type: ['number', 'null'] }, examples: { type: 'string' } } },
    { type: 'object', properties: { const: { type: 'number', nullable: true }, examples: { type: 'string' } } },
  ],
])('%j becomes %j', (schema, expected) => {
  expect(convertSchema(schema)).toEqual(expected);
});
