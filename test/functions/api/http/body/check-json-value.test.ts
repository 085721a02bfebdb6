import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkJsonValue,
  checkNumberRange,
  findDuplicateName,
} from '../../../../../functions/api/http/body/check-json-value.ts';

test('ordinary JSON has no faults', () => {
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

test('a fault at any depth has its pointer', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 20 }), (path) => {
      const root = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), 'a\0b');
      expect(checkJsonValue(root)).toMatchObject([{ pointer: path.map((name) => `/${name}`).join('') }]);
    }),
  );
});

test('a value of any depth is rejected without recursion', () => {
  let root: unknown = 1;
  for (let depth = 0; depth < 200_000; depth++) root = [root];
  expect(checkJsonValue(root)).toHaveLength(1);
});

test.each([0, -0, 1e-130, -1e-130, 9.99e125, -9.99e125, 0.1, 1e15])('%s is in the range of numbers', (number) => {
  expect(checkNumberRange({ number })).toEqual([]);
});

test.each([
  [9e-131, 'is too close to 0'],
  [-5e-324, 'is too close to 0'],
  [1e126, 'is too large'],
  [Number.NEGATIVE_INFINITY, 'is too large'],
])('%s is out of range, and its pointer is named', (number, fault) => {
  expect(checkNumberRange({ a: [1, { b: number }] })).toMatchObject([{ pointer: '/a/1/b', fault }]);
});

test.each([
  ['{"a":1,"a":2}', '/a'],
  ['{"a":{"b":1,"b":2}}', '/a/b'],
  ['[{"a":1},{"a":1,"a":2}]', '/1/a'],
  ['{"a":[1,[2,{"x":{},"x":[]}]]}', '/a/1/1/x'],
  ['{"a/b":1,"a\\u002fb":2}', '/a~1b'],
  ['{"":1,"":2}', '/'],
])('the pointer names the duplicate: %s', (text, pointer) => {
  expect(findDuplicateName(text)).toBe(pointer);
});

test.each([
  '{"a":"a","b":"a"}',
  '[{"a":1},{"a":1}]',
  '{"a":{"a":{"a":1}}}',
  '"{\\"a\\":1,\\"a\\":2}"',
  '{"a":"\\\\","b":",\\"a\\":"}',
  '1',
])('equal names in different objects are not duplicates: %s', (text) => {
  expect(findDuplicateName(text)).toBeNull();
});

test('JSON that is serialized from a value has no duplicate names', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      // A parsed value has each name once, and so has its serialized text.
      expect(findDuplicateName(JSON.stringify(JSON.parse(text), null, 1))).toBeNull();
    }),
  );
});

test('an inserted duplicate field is always found', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (fields, pick) => {
      const names = Object.keys(fields);
      const name = names[pick % names.length] ?? '';
      const text = `${JSON.stringify(fields).slice(0, -1)},${JSON.stringify(name)}:0}`;
      expect(findDuplicateName(text)).toBe(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    }),
  );
});
