import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { endpoints } from '../../../functions/api/endpoints.ts';

const { components } = parse(readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8'));

/** Lists of values that tell the branches of a union apart, which are therefore in each branch. */
const tags = ['RequestAssertionMetric', 'StageAssertionMetric'];

test('every list of values has a name of its own, which does not change with the fields that have it', () => {
  const schemas = endpoints.flatMap(({ body, answers, query }) => [
    ...Object.values(body?.content ?? {}).map(({ schema }) => schema),
    ...Object.values(answers).flatMap(({ content }) => Object.values(content ?? {}).map(({ schema }) => schema)),
    ...(query === undefined ? [] : [query]),
  ]);
  const named = new Set(
    schemas.flatMap((schema) => Object.keys(z.toJSONSchema(schema, { unrepresentable: 'any' }).$defs ?? {})),
  );
  const lists = Object.entries(components.schemas as Record<string, object>).filter(([, schema]) => 'enum' in schema);
  const unnamed = lists.map(([name]) => name).filter((name) => !named.has(name) && !tags.includes(name));
  expect(unnamed).toEqual(['ProblemCode']);
});
