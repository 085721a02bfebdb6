import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { endpoints } from '../../../functions/api/endpoints.ts';
import { reservedNames } from '../../../infra/openapi/schemas/choose-names.ts';

const { components, paths } = parse(readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8'));

/** Lists of values that tell the branches of a union apart, which are therefore in each branch. */
const tags = ['RequestAssertionMetric', 'StageAssertionMetric'];

test('every list of values has a name of its own, which does not change with the fields that have it', () => {
  const schemas = endpoints.flatMap(({ body, answers, query, params }) => [
    ...Object.values(body?.content ?? {}).map(({ schema }) => schema),
    ...Object.values(answers).flatMap(({ content }) => Object.values(content ?? {}).map(({ schema }) => schema)),
    ...[query, params].filter((schema) => schema !== undefined),
  ]);
  const named = new Set(
    schemas.flatMap((schema) => Object.keys(z.toJSONSchema(schema, { unrepresentable: 'any' }).$defs ?? {})),
  );
  const lists = Object.entries(components.schemas as Record<string, object>).filter(([, schema]) => 'enum' in schema);
  const unnamed = lists.map(([name]) => name).filter((name) => !named.has(name) && !tags.includes(name));
  expect(unnamed).toEqual(['ProblemCode']);
});

test('no schema has the name of a type that languages of clients already have', () => {
  expect(Object.keys(components.schemas).filter((name) => reservedNames.has(name))).toEqual([]);
});

test('every list of values of a parameter has a name', () => {
  const parameters = [...Object.values(paths), { shared: components }]
    .flatMap((operations) => Object.values(operations as Record<string, { parameters?: object }>))
    .flatMap((operation) => Object.values(operation.parameters ?? {}));
  expect(parameters.length).toBeGreaterThan(100);
  expect(parameters.filter((parameter) => JSON.stringify(parameter).includes('"enum"'))).toEqual([]);
});
