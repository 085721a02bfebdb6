import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findNumberRuns, findSpelledNumber } from '../../../../infra/provider/answer/parse-number-words.ts';
import { numberToWords } from '../../../../shared/workload/parts/number-task.ts';

describe('findSpelledNumber', () => {
  test('reads every number as the product spells it, wherever it stands in a sentence', () => {
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

  test('takes the longest run, so that a lone "one" or "two" in the text is no rival', () => {
    const text = 'one line, two lines: forty-three thousand, two hundred and six; ten times three';
    expect(findSpelledNumber(text)?.value).toBe(43_206);
  });

  test('finds none where there is none', () => {
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
  ])('parts "%s" where no single number goes on', (text, values) => {
    expect(findNumberRuns(text).map((run) => run.value)).toEqual(values);
  });

  test('says where the words stand', () => {
    const text = 'about twenty-one of them';
    const [run] = findNumberRuns(text);
    expect(text.slice(run?.start, run?.end)).toBe('twenty-one');
  });
});
