import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findNumberRuns, findSpelledNumber } from '../../../../infra/provider/answer/read-task.ts';
import { numberToWords } from '../../../../shared/workload/parts/write-task-parts.ts';

describe('findSpelledNumber', () => {
  test('reads each number as the product spells it, anywhere in a sentence', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (number) => {
        const text = `Turn these words into digits: ${numberToWords(number)}. Then rest, and a line of its own.`;
        expect(findSpelledNumber(text)?.value).toBe(number);
      }),
    );
  });

  test.each([
    ['Seven Thousand and Sixty-Five', 7_065],
    ['one thousand, two hundred and thirty-four', 1_234],
    ['two million and one', 2_000_001],
    ['nine hundred ninety nine', 999],
    ['zero', 0],
    ['one billion', 1_000_000_000],
  ])('reads "%s"', (words, number) => {
    expect(findSpelledNumber(words)?.value).toBe(number);
  });

  test('takes the longest run, so that a single "one" or "two" in the text is ignored', () => {
    const text = 'one line, two lines: forty-three thousand, two hundred and six; ten times three';
    expect(findSpelledNumber(text)?.value).toBe(43_206);
  });

  test('returns null if the text has no number', () => {
    expect(findSpelledNumber('sand and hundreds of thousands of ones')).toBeNull();
  });
});

describe('findNumberRuns', () => {
  test.each([
    ['two three', [2, 3]],
    ['twenty eleven', [20, 11]],
    ['five hundred hundred', [500]],
    ['one thousand two million', [1_002]],
    ['one and then two', [1, 2]],
    ['three; four', [3, 4]],
  ])('splits "%s" where a word cannot continue the number', (text, values) => {
    expect(findNumberRuns(text).map((run) => run.value)).toEqual(values);
  });

  test('returns the position of the words', () => {
    const text = 'about twenty-one of them';
    const [run] = findNumberRuns(text);
    expect(text.slice(run?.start, run?.end)).toBe('twenty-one');
  });
});
