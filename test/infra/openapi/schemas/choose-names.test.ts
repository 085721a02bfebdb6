import { expect, test } from 'vitest';
import { chooseNames, reservedNames } from '../../../../infra/openapi/schemas/choose-names.ts';

test.each([...reservedNames])('a schema in the field %s gets a longer name', (field) => {
  const names = chooseNames([new Map([['{}', [['Archive', field]]]])], new Set());
  expect(names.get('{}')).toBe(`Archive${field}`);
});

test('a schema whose only possible name is reserved is refused', () => {
  expect(() => chooseNames([new Map([['{}', [['File']]]])], new Set())).toThrow('needs a name of its own: File');
});
