import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findNumberRuns, findSpelledNumber, readTask } from '../../../../infra/provider/answer/read-task.ts';
import { numberToWords, writeNumberTask } from '../../../../shared/workload/parts/lines-task.ts';
import { buildPrompt, type Workload } from '../../../../shared/workload/workload.ts';

const workload: Extract<Workload, { kind: 'sonnet' }> = {
  kind: 'sonnet',
  inputTokens: { distribution: 'uniform', min: 200, max: 900 },
  outputTokens: { distribution: 'uniform', min: 20, max: 300 },
  checksum: true,
  cache: 'cold',
};

describe('readTask', () => {
  test("reads the number, the requested length, and only lines of the poem from the product's prompts", () => {
    for (let index = 0; index < 200; index++) {
      const prompt = buildPrompt(workload, 7, 'measured', index);
      const task = readTask(prompt.messages.map((message) => message.content));
      expect(task.number).toBe(prompt.expectedNumber);
      expect(task.wishedTokens).toBe(prompt.maxOutputTokens);
      const offered = new Set(prompt.inputLines);
      expect(task.lines.length).toBeGreaterThan(3);
      expect(task.lines.filter((line) => !offered.has(line))).toEqual([]);
    }
  });

  test('finds no number without a checksum task, even if the verses contain numbers', () => {
    const prompt = buildPrompt({ ...workload, checksum: false }, 7, 'measured', 1);
    expect(readTask(prompt.messages.map((message) => message.content)).number).toBeNull();
  });

  test('finds no lines in a prompt with only the number task', () => {
    expect(readTask([writeNumberTask(1_234)])).toEqual({
      number: 1_234,
      lines: [],
      wishedTokens: null,
      wishedLines: null,
    });
  });

  test('reads both wordings of LLMPerf', () => {
    const verses = 'fair sweet rose of may\n\nthe rain it raineth every day\n\nwith hey ho the wind';
    const first = readTask([
      'You are a helpful assistant.',
      `Convert the words to a number: seven hundred and six.\nPrint the number first. Then pick 7 lines from these poem lines:\n${verses}`,
    ]);
    expect(first).toMatchObject({ number: 706, wishedLines: 7, wishedTokens: null });
    expect(first.lines).toHaveLength(3);
    const second = readTask([`Randomly stream lines from the following text with 150 output tokens:\n\n${verses}`]);
    expect(second).toMatchObject({ number: null, wishedTokens: 150 });
    expect(second.lines).toHaveLength(3);
  });

  test('finds no task in any other prompt', () => {
    expect(readTask(['Explain tail latency in one sentence.'])).toEqual({
      number: null,
      lines: [],
      wishedTokens: null,
      wishedLines: null,
    });
  });
});

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
});
