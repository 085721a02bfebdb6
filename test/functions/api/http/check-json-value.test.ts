import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkJsonValue } from '../../../../functions/api/http/check-json-value.ts';

test('ordinary JSON has no fault', () => {
  const value = fc.jsonValue({ maxDepth: 5, stringUnit: fc.constantFrom('a', 'ü', '💩', '\n') });
  fc.assert(
    fc.property(value, (root) => {
      const safe = JSON.parse(JSON.stringify(root), (_, item) =>
        typeof item === 'number' ? Math.min(1e9, item) : item,
      );
      expect(checkJsonValue(safe).filter(({ fault }) => !/exactly|__proto__/.test(fault))).toEqual([]);
    }),
  );
});

test('a fault is pointed at wherever it is', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 20 }), (path) => {
      const root = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), 'a\0b');
      expect(checkJsonValue(root)).toMatchObject([{ pointer: path.map((name) => `/${name}`).join('') }]);
    }),
  );
});

test('a value of any depth is refused without recursion', () => {
  let root: unknown = 1;
  for (let depth = 0; depth < 200_000; depth++) root = [root];
  expect(checkJsonValue(root)).toHaveLength(1);
});
