import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAnswer, computeLinesFromInput } from '../../../functions/worker/check-answer.ts';
import { runAtOnce } from '../../../shared/time-slices.ts';
import { sonnetCorpus } from '../../../shared/workload/corpora/sonnet-corpus.ts';
import type { Prompt } from '../../../shared/workload/prompt.ts';

const prompt: Prompt = {
  messages: [{ role: 'user', content: 'x' }],
  inputTokens: 1,
  maxOutputTokens: 100,
  expectedNumber: 51_708,
  inputLines: ['From fairest creatures we desire increase,'],
};

describe('checkAnswer', () => {
  test.each([
    ['51708', 'ok', true],
    ['51708\nFrom fairest creatures we desire increase,', 'ok', true],
    ['51,708', 'ok', true],
    ['The number is **51708**.', 'ok', true],
    ['0051708', 'ok', true],
    ['1. 51708', 'mismatch', true],
    ['517081', 'mismatch', false],
    ['5170', 'mismatch', false],
    ['51 708', 'mismatch', false],
    ['51709 or 51708', 'mismatch', true],
    ['fifty-one thousand', 'absent', false],
    ['', 'absent', false],
  ] as const)('compares the first integer of %j and any integer', (answer, checksum, checksumAnyOk) => {
    expect(runAtOnce(checkAnswer(prompt, answer))).toMatchObject({ checksum, checksumAnyOk });
  });

  test('accepts zero as the number', () => {
    expect(runAtOnce(checkAnswer({ ...prompt, expectedNumber: 0 }, '0')).checksum).toBe('ok');
    expect(runAtOnce(checkAnswer({ ...prompt, expectedNumber: 0 }, '10')).checksum).toBe('mismatch');
  });

  test('returns null for a number and lines that the prompt does not request', () => {
    expect(runAtOnce(checkAnswer({ ...prompt, expectedNumber: null, inputLines: null }, '51708 lines'))).toEqual({
      checksum: null,
      answerNumber: null,
      checksumAnyOk: null,
      linesFromInput: null,
    });
  });

  test('returns the share of lines in addition to the number', () => {
    expect(
      runAtOnce(checkAnswer(prompt, '51708\nFrom fairest creatures we desire increase,\nI made this up'))
        .linesFromInput,
    ).toBe(0.5);
  });
});

const input = ["Feed'st thy light's flame with self-substantial fuel,", 'But as the riper should by time decease,'];

describe('linesFromInput', () => {
  test.each([
    ['unchanged', 'But as the riper should by time decease,'],
    ['case, punctuation and spacing', '  BUT as the riper  should by time decease...'],
    ['numbering', '2. But as the riper should by time decease,'],
    ['the number on the same line', '51708 But as the riper should by time decease,'],
    ['a typographic apostrophe', 'Feed\u2019st thy light\u2019s flame with self substantial fuel'],
    ['one word changed', 'But as the riper would by time decease,'],
    ['one word missing', 'But as riper should by time decease,'],
  ])('accepts as close: %s', (_, line) => {
    expect(runAtOnce(computeLinesFromInput(input, `${line}\nand`))).toBe(0.5);
    expect(runAtOnce(computeLinesFromInput(input, line))).toBe(1);
  });

  test.each([
    ['another line of verse', 'Making a famine where abundance lies,'],
    ['chatter', 'Here are the lines that you requested:'],
    ['the same letters in other words', 'But as the ripest shouldst bye times deceased,'],
    ['a part of a line that is not its beginning', 'by time decease'],
  ])('rejects as foreign: %s', (_, line) => {
    expect(runAtOnce(computeLinesFromInput(input, line))).toBe(0);
  });

  test('accepts a beginning only in the last line, which the limit can cut', () => {
    expect(
      runAtOnce(computeLinesFromInput(input, 'But as the riper should by time decease,\nFeed\u2019st thy li')),
    ).toBe(1);
    expect(
      runAtOnce(computeLinesFromInput(input, 'Feed\u2019st thy li\nBut as the riper should by time decease,')),
    ).toBe(0.5);
  });

  test('is null, not 0, for an answer without letters', () => {
    for (const answer of ['', '51708', '\n\n', '---\n12'])
      expect(runAtOnce(computeLinesFromInput(input, answer))).toBeNull();
  });

  test('is 1 for any offered lines and close to 0 for other lines of the sonnets', () => {
    const { lines } = sonnetCorpus();
    fc.assert(
      fc.property(fc.shuffledSubarray([...lines.slice(0, 60)], { minLength: 1 }), (picked) => {
        expect(runAtOnce(computeLinesFromInput(lines.slice(0, 60), picked.join('\n')))).toBe(1);
      }),
    );
    const others = lines.slice(500).join('\n');
    expect(runAtOnce(computeLinesFromInput(lines.slice(0, 500), others))).toBeLessThan(0.01);
  });

  test('is one half if half of 100 lines are among the 500 offered', () => {
    const { lines } = sonnetCorpus();
    expect(runAtOnce(computeLinesFromInput(lines.slice(0, 500), lines.slice(450, 550).join('\n')))).toBeGreaterThan(
      0.49,
    );
  });
});

describe('a long response', () => {
  test.each([
    ['a million equal lines', 'the\n'.repeat(1_000_000)],
    ['one line of words', 'the '.repeat(1_000_000)],
    ['one number with commas', '1,'.repeat(1_000_000)],
    ['numbers', '1 '.repeat(500_000)],
  ])('is checked in steps: %s', (_, answer) => {
    const check = checkAnswer({ ...prompt, inputLines: input }, `51708 ${answer}`);
    let longestMs = 0;
    for (let startMs = performance.now(); ; startMs = performance.now()) {
      const { done, value } = check.next();
      longestMs = Math.max(longestMs, performance.now() - startMs);
      if (done !== true) continue;
      expect(value).toMatchObject({ checksum: 'ok', answerNumber: 51_708 });
      break;
    }
    expect(longestMs).toBeLessThan(500);
  });
});
