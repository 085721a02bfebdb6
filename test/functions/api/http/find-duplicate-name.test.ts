import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findDuplicateName } from '../../../../functions/api/http/find-duplicate-name.ts';

test.each([
  ['{"a":1,"a":2}', '/a'],
  ['{"a":{"b":1,"b":2}}', '/a/b'],
  ['[{"a":1},{"a":1,"a":2}]', '/1/a'],
  ['{"a":[1,[2,{"x":{},"x":[]}]]}', '/a/1/1/x'],
  ['{"a/b":1,"a\\u002fb":2}', '/a~1b'],
  ['{"":1,"":2}', '/'],
])('the name that stands twice is pointed at: %s', (text, pointer) => {
  expect(findDuplicateName(text)).toBe(pointer);
});

test.each([
  '{"a":"a","b":"a"}',
  '[{"a":1},{"a":1}]',
  '{"a":{"a":{"a":1}}}',
  '"{\\"a\\":1,\\"a\\":2}"',
  '{"a":"\\\\","b":",\\"a\\":"}',
  '1',
])('a name that stands once in each object is none: %s', (text) => {
  expect(findDuplicateName(text)).toBeNull();
});

test('no JSON that was written from a value has a name twice', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      // What is parsed has each name once; written again, so has the text.
      expect(findDuplicateName(JSON.stringify(JSON.parse(text), null, 1))).toBeNull();
    }),
  );
});

test('a field put in a second time is always found', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (fields, pick) => {
      const names = Object.keys(fields);
      const name = names[pick % names.length] ?? '';
      const text = `${JSON.stringify(fields).slice(0, -1)},${JSON.stringify(name)}:0}`;
      expect(findDuplicateName(text)).toBe(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    }),
  );
});
