import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findNearestWord } from '../../../../../functions/api/http/faults/check-by-schema.ts';

const known = ['targets', 'workload', 'load', 'limits', 'baseUrl', 'requestTimeoutMs'];

test.each([
  ['target', 'targets'],
  ['worklaod', 'workload'],
  ['baseURL', 'baseUrl'],
  ['requesttimeoutms', 'requestTimeoutMs'],
  ['base_url', 'baseUrl'],
  ['zzz', null],
  ['', null],
])('the nearest known word to %j is %j', (word, near) => {
  expect(findNearestWord(word, known)).toBe(near);
});

test('a known word is its own nearest word', () => {
  fc.assert(
    fc.property(fc.constantFrom(...known), (word) => {
      expect(findNearestWord(word, known)).toBe(word);
    }),
  );
});
