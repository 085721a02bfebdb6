import { describe, expect, test } from 'vitest';
import { checkAnswer } from '../../../shared/workload/check-answer.ts';
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
  ] as const)('holds %j to the first integer and to any', (answer, checksum, checksumAnyOk) => {
    expect(checkAnswer(prompt, answer)).toMatchObject({ checksum, checksumAnyOk });
  });

  test('knows zero', () => {
    expect(checkAnswer({ ...prompt, expectedNumber: 0 }, '0').checksum).toBe('ok');
    expect(checkAnswer({ ...prompt, expectedNumber: 0 }, '10').checksum).toBe('mismatch');
  });

  test('says nothing of a number or of lines that were not asked for', () => {
    expect(checkAnswer({ ...prompt, expectedNumber: null, inputLines: null }, '51708 lines')).toEqual({
      checksum: null,
      answerNumber: null,
      checksumAnyOk: null,
      linesFromInput: null,
    });
  });

  test('gives the share of lines beside the number', () => {
    expect(
      checkAnswer(prompt, '51708\nFrom fairest creatures we desire increase,\nI made this up').linesFromInput,
    ).toBe(0.5);
  });
});
