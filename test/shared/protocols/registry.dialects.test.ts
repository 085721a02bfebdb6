import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { protocolSchema } from '../../../shared/spec/target.ts';
import { describedFrames } from '../../fixtures/dialects/make-frames.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { describeDialect } from './dialect.contract.ts';
import { dialectCases } from './dialect-case.ts';

test('every protocol runs the contract suite', () => {
  expect(new Set(dialectCases.map(({ target }) => target.protocol))).toEqual(new Set(protocolSchema.options));
});

test('the binary streams match their descriptions', () => {
  expect(describedFrames()).toHaveLength(9);
  for (const { file, bytes } of describedFrames()) expect(readFileSync(file)).toEqual(bytes);
});

for (const given of dialectCases) {
  const dialect = getDialect(given.target.protocol);
  describe(given.name, () => describeDialect(dialect, given));
}
