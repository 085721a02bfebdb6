import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeAnswer } from '../../../../infra/provider/answer/compose-answer.ts';
import { readTask } from '../../../../infra/provider/answer/read-task.ts';
import { joinTokens } from '../../../../infra/provider/answer/tokenize-text.ts';
import { modelSchema } from '../../../../infra/provider/config/provider-config.ts';
import { randomOf } from '../../../../infra/provider/engine/draw-factor.ts';
import { checkAnswer } from '../../../../shared/workload/check-answer.ts';
import { writeNumberTask } from '../../../../shared/workload/parts/number-task.ts';
import { countTokens } from '../../../../shared/workload/tokenizers/count-tokens.ts';
import { buildPrompt } from '../../../../shared/workload/workload.ts';

const { output } = modelSchema.parse({});
const noLimits = { maxTokens: null, minTokens: 0, ignoreEnd: false };
const textOf = (answer: ReturnType<typeof composeAnswer>) =>
  joinTokens(answer.tokens)
    .map((piece) => piece.text)
    .join('');

function promptOf(index: number) {
  return buildPrompt(
    {
      kind: 'sonnet',
      inputTokens: { distribution: 'normal', mean: 550, stddev: 150 },
      outputTokens: { distribution: 'normal', mean: 150, stddev: 20 },
      checksum: true,
      cache: 'cold',
    },
    3,
    'measured',
    index,
  );
}

describe('composeAnswer', () => {
  test('a correct model passes both of the checks that the product makes', () => {
    for (let index = 0; index < 100; index++) {
      const prompt = promptOf(index);
      const task = readTask(prompt.messages.map((message) => message.content));
      const text = textOf(composeAnswer(task, noLimits, output, randomOf(1, index)));
      expect(checkAnswer(prompt, text)).toMatchObject({ checksum: 'ok', linesFromInput: 1 });
    }
  });

  test('is cut exactly at the token limit, by the product’s count, and says so; otherwise it stopped by itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 300 }), (index, maxTokens) => {
        const task = readTask(promptOf(index).messages.map((message) => message.content));
        const answer = composeAnswer(task, { ...noLimits, maxTokens }, output, randomOf(2, index));
        expect(answer.tokens.length).toBeLessThanOrEqual(maxTokens);
        if (answer.finishReason === 'length') expect(answer.tokens).toHaveLength(maxTokens);
        // A cut at one token may leave the empty one that stands for the leading space, of which nothing shows.
        if (maxTokens > 1) expect(countTokens(textOf(answer))).toBe(answer.tokens.length);
      }),
    );
  });

  test('is about as long as the prompt wishes', () => {
    const lengths = Array.from({ length: 300 }, (_, index) => {
      const prompt = promptOf(index);
      const task = readTask(prompt.messages.map((message) => message.content));
      return composeAnswer(task, noLimits, output, randomOf(4, index)).tokens.length / prompt.maxOutputTokens;
    });
    const mean = lengths.reduce((sum, value) => sum + value, 0) / lengths.length;
    expect(mean).toBeGreaterThan(1);
    expect(mean).toBeLessThan(1.12);
  });

  test('gives the number right as often as configured, and a wrong one otherwise', () => {
    const task = readTask([writeNumberTask(54_321)]);
    const n = 2_000;
    let right = 0;
    for (let index = 0; index < n; index++) {
      const answer = composeAnswer(task, noLimits, { ...output, correctRate: 0.9 }, randomOf(5, index));
      expect(textOf(answer) === '54321').toBe(answer.numberIsRight);
      if (answer.numberIsRight === true) right += 1;
    }
    // Four standard errors of a binomial share.
    expect(Math.abs(right / n - 0.9)).toBeLessThan(4 * Math.sqrt((0.9 * 0.1) / n));
  });

  test('picks as many lines as were wished, where lines were counted and not tokens', () => {
    const verses = Array.from({ length: 20 }, (_, place) => `verse number ${place} of them`).join('\n');
    const task = readTask([`Print the number first: six. Then pick 7 lines from these poem lines:\n${verses}`]);
    expect(textOf(composeAnswer(task, noLimits, output, randomOf(1, 1))).split('\n')).toHaveLength(8);
  });

  test('goes on to the limit where the end is to be ignored, and to the least length where one is asked for', () => {
    const task = readTask(['Hello']);
    const ignored = composeAnswer(task, { ...noLimits, maxTokens: 500, ignoreEnd: true }, output, randomOf(1, 1));
    expect(ignored).toMatchObject({ finishReason: 'length' });
    expect(ignored.tokens).toHaveLength(500);
    const least = composeAnswer(task, { ...noLimits, minTokens: 400 }, output, randomOf(1, 1));
    expect(least.tokens.length).toBeGreaterThanOrEqual(400);
  });
});
