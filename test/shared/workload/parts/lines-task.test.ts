import { describe, expect, test } from 'vitest';
import { sonnetCorpus } from '../../../../shared/workload/corpora/sonnet-corpus.ts';
import { maxTokenCount } from '../../../../shared/workload/distributions/kinds/distribution-kind.ts';
import { createSeededRandom } from '../../../../shared/workload/distributions/seeded-random.ts';
import {
  checksumNumbers,
  countLeastTokens,
  drawReference,
  longestReference,
  numberToWords,
  writeLinesTask,
} from '../../../../shared/workload/parts/lines-task.ts';
import { countTokens } from '../../../../shared/workload/tokenizers/count-tokens.ts';
import { buildPrompt } from '../../../../shared/workload/workload.ts';
import { sonnetVariants, sonnetWorkload } from '../sonnet-workload.ts';

describe('the minimum tokens of a task with lines', () => {
  test.each(sonnetVariants)('have space for the longest line after the longest task: %j', (variant) => {
    const longestLine = Math.max(...sonnetCorpus().lineTokens);
    let longestNumber: number | null = null;
    if (variant.checksum) {
      let tokens = 0;
      for (let number = checksumNumbers.min; number <= checksumNumbers.max; number++) {
        const count = countTokens(numberToWords(number));
        if (count > tokens) {
          tokens = count;
          longestNumber = number;
        }
      }
    }
    const reference = variant.cache === 'cold' ? longestReference : null;
    const task = writeLinesTask({ reference, expectedNumber: longestNumber, outputTokens: maxTokenCount });
    expect(countLeastTokens(variant)).toBe(countTokens(task) + 2 + longestLine);
  });

  test('include the longest reference', () => {
    const longest = countTokens(`${longestReference}:`);
    const counts = Array.from({ length: 20_000 }, (_, number) =>
      countTokens(`${drawReference(createSeededRandom(number, 'reference'))}:`),
    );
    expect(Math.max(...counts)).toBeLessThanOrEqual(longest);
  });

  test('suffice for a whole line in every prompt', () => {
    for (const variant of sonnetVariants) {
      const workload = sonnetWorkload(variant);
      const value = countLeastTokens(workload);
      const whole = new Set(sonnetCorpus().lines);
      for (let number = 0; number < 500; number++) {
        const prompt = buildPrompt(
          { ...workload, inputTokens: { distribution: 'fixed', value } },
          1,
          'measured',
          number,
        );
        expect(whole.has(prompt.inputLines?.[0] ?? '')).toBe(true);
        expect(prompt.inputTokens).toBe(value);
      }
    }
  });
});
