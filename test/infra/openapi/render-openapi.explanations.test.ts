import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findMissingSentences } from '../../schemathesis/explanations.ts';

test('openapi.yaml has every sentence that explains a refusal', () => {
  const contract = readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8');
  expect(findMissingSentences(contract)).toEqual([]);
});
