import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { getDialect } from '../../../shared/protocols/get-dialect.ts';
import { protocols } from '../../../shared/spec/run-spec.ts';
import { describedFrames } from '../../fixtures/dialects/make-frames.ts';
import { describeDialect } from './dialect.contract.ts';
import { dialectCases } from './dialect-case.ts';

test('every protocol is held to the contract', () => {
  expect(new Set(dialectCases.map(({ target }) => target.protocol))).toEqual(new Set(protocols));
});

test('the binary streams are those that are described beside them', () => {
  expect(describedFrames()).toHaveLength(9);
  for (const { file, bytes } of describedFrames()) expect(readFileSync(file)).toEqual(bytes);
});

for (const given of dialectCases) {
  const dialect = getDialect(given.target.protocol);
  describe(given.name, () => describeDialect(dialect, given));
}
