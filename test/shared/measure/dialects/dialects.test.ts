import { describe, expect, test } from 'vitest';
import { protocols } from '../../../../shared/domain/run-spec.ts';
import { getDialect } from '../../../../shared/measure/dialects/get-dialect.ts';
import { describeDialect } from './dialect.contract.ts';
import { dialectCases } from './dialect-case.ts';

test('every protocol is held to the contract', () => {
  expect(new Set(dialectCases.map(({ target }) => target.protocol))).toEqual(new Set(protocols));
});

for (const given of dialectCases) {
  const dialect = getDialect(given.target.protocol);
  describe(given.name, () => describeDialect(dialect, given));
}
