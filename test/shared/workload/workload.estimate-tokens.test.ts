import { describe, expect, test } from 'vitest';
import { runAtOnce } from '../../../shared/time-slices.ts';
import { countTokens } from '../../../shared/workload/tokenizers/count-tokens.ts';
import { buildPrompt, estimateTokens } from '../../../shared/workload/workload.ts';
import { sonnetWorkload } from './sonnet-workload.ts';

describe('estimateTokens', () => {
  test('is 550 input and 150 output tokens for the blog workload, within 0.5 %', () => {
    const estimate = runAtOnce(estimateTokens(sonnetWorkload()));
    expect(Math.abs(estimate.inputTokensMean / 550 - 1)).toBeLessThan(0.005);
    expect(Math.abs(estimate.outputTokensMean / 150 - 1)).toBeLessThan(0.005);
    expect(estimate.outputTokensMax).toBeNull();
  });

  test('agrees with built prompts, redraws included', () => {
    const workload = sonnetWorkload({
      inputTokens: { distribution: 'normal', mean: 150, stddev: 100 },
      outputTokens: { distribution: 'empirical', values: [10, 100, 9_000], weights: [1, 1, 0] },
    });
    const built = Array.from({ length: 3_000 }, (_, number) => buildPrompt(workload, 8, 'measured', number));
    const mean = built.reduce((sum, prompt) => sum + prompt.inputTokens, 0) / built.length;
    const estimate = runAtOnce(estimateTokens(workload));
    expect(Math.abs(estimate.inputTokensMean / mean - 1)).toBeLessThan(0.03);
    expect(estimate.outputTokensMax).toBe(100);
  });

  test('is exact for fixed sizes and given prompts', () => {
    const fixed = { distribution: 'fixed', value: 400 } as const;
    expect(runAtOnce(estimateTokens(sonnetWorkload({ inputTokens: fixed, outputTokens: fixed })))).toEqual({
      inputTokensMean: 400,
      outputTokensMean: 400,
      outputTokensMax: 400,
    });
    const prompts = [
      { prompt: 'hello world' },
      { messages: [{ role: 'user' as const, content: 'a b c d' }], maxOutputTokens: 50 },
    ];
    expect(runAtOnce(estimateTokens({ kind: 'prompts', prompts, maxOutputTokens: 10 }))).toEqual({
      inputTokensMean: (2 + countTokens('a b c d')) / 2,
      outputTokensMean: 30,
      outputTokensMax: 50,
    });
  });

  test('uses the output limit of the number task', () => {
    const estimate = runAtOnce(estimateTokens({ kind: 'number-words', min: 0, max: 10_000, maxOutputTokens: 32 }));
    expect(estimate.inputTokensMean).toBeGreaterThan(20);
    expect(estimate.inputTokensMean).toBeLessThan(50);
    expect(estimate).toMatchObject({ outputTokensMean: 32, outputTokensMax: 32 });
  });

  test('is close for megabytes of text, even without any place to cut', () => {
    const text = 'Shall I compare thee to a summer day? '.repeat(20_000);
    const estimate = runAtOnce(
      estimateTokens({
        kind: 'prompts',
        prompts: [{ prompt: text }, { prompt: 'short' }],
        maxOutputTokens: 10,
      }),
    );
    expect(Math.abs(estimate.inputTokensMean / (countTokens(text) / 2) - 1)).toBeLessThan(0.01);
    const prompts = Array.from({ length: 4 }, () => ({ prompt: 'a'.repeat(1_000_000) }));
    expect(
      runAtOnce(estimateTokens({ kind: 'prompts', prompts, maxOutputTokens: 10 })).inputTokensMean,
    ).toBeGreaterThan(100_000);
  });
});
