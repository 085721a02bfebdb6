import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { numberToWords } from '../../../../shared/workload/parts/number-to-words.ts';

/** Written by Python's num2words itself: see number-words.py beside it. */
const spelled = readFileSync(new URL('../../../fixtures/workload/number-words.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));

test('spells every number of the fixture as num2words does', () => {
  expect(spelled.length).toBeGreaterThan(500);
  const ours = spelled.map(([number]) => [number, numberToWords(Number(number))]);
  expect(ours).toEqual(spelled);
});

test.each([
  [7_065, 'seven thousand and sixty-five'],
  [1_234, 'one thousand, two hundred and thirty-four'],
])('%i is "%s"', (number, words) => {
  expect(numberToWords(number)).toBe(words);
});

test.each([-1, 0.5, 1e9, Number.NaN])('refuses %d instead of spelling it wrongly', (number) => {
  expect(() => numberToWords(number)).toThrow(RangeError);
});
