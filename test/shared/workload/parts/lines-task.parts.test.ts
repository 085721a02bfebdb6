import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { numberToWords } from '../../../../shared/workload/parts/lines-task.ts';

/** Output of Python's num2words: see number-words.py in the same folder. */
const spelled = readFileSync(new URL('../../../fixtures/workload/number-words.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));

test('writes every number of the fixture as num2words does', () => {
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

test.each([-1, 0.5, 1e9, Number.NaN])('rejects %d', (number) => {
  expect(() => numberToWords(number)).toThrow(RangeError);
});
