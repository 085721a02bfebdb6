import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAnswer } from '../../../../functions/worker/check-answer.ts';
import { composeAnswer } from '../../../../infra/provider/answer/compose-answer.ts';
import { readTask } from '../../../../infra/provider/answer/read-task.ts';
import { joinTokens } from '../../../../infra/provider/answer/tokenize-text.ts';
import { modelSchema } from '../../../../infra/provider/config/provider-config.ts';
import { createRandom } from '../../../../infra/provider/engine/draw-stream.ts';
import { runAtOnce } from '../../../../shared/time-slices.ts';
import { writeNumberTask } from '../../../../shared/workload/parts/lines-task.ts';
import { countTokens } from '../../../../shared/workload/tokenizers/count-tokens.ts';
import { buildPrompt } from '../../../../shared/workload/workload.ts';

const { output } = modelSchema.parse({});
const noLimits = { maxTokens: null, minTokens: 0, ignoreEnd: false };
const renderText = (answer: ReturnType<typeof composeAnswer>) =>
  joinTokens(answer.tokens)
    .map((piece) => piece.text)
    .join('');

function buildTestPrompt(index: number) {
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
  test('passes both product checks if the model is correct', () => {
    for (let index = 0; index < 100; index++) {
      const prompt = buildTestPrompt(index);
      const task = readTask(prompt.messages.map((message) => message.content));
      const text = renderText(composeAnswer(task, noLimits, output, createRandom(1, index)));
      expect(runAtOnce(checkAnswer(prompt, text))).toMatchObject({ checksum: 'ok', linesFromInput: 1 });
    }
  });

  test('cuts exactly at the token limit by the product’s count and reports it; otherwise reports a stop', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 300 }), (index, maxTokens) => {
        const task = readTask(buildTestPrompt(index).messages.map((message) => message.content));
        const answer = composeAnswer(task, { ...noLimits, maxTokens }, output, createRandom(2, index));
        expect(answer.tokens.length).toBeLessThanOrEqual(maxTokens);
        if (answer.finishReason === 'length') expect(answer.tokens).toHaveLength(maxTokens);
        // A cut at one token may leave only the empty token of the leading space.
        if (maxTokens > 1) expect(countTokens(renderText(answer))).toBe(answer.tokens.length);
      }),
    );
  });

  test('has about the length that the prompt requests', () => {
    const lengths = Array.from({ length: 300 }, (_, index) => {
      const prompt = buildTestPrompt(index);
      const task = readTask(prompt.messages.map((message) => message.content));
      return composeAnswer(task, noLimits, output, createRandom(4, index)).tokens.length / prompt.maxOutputTokens;
    });
    const mean = lengths.reduce((sum, value) => sum + value, 0) / lengths.length;
    expect(mean).toBeGreaterThan(1);
    expect(mean).toBeLessThan(1.12);
  });

  test('gives the right number as often as configured, and a wrong one otherwise', () => {
    const task = readTask([writeNumberTask(54_321)]);
    const n = 2_000;
    let right = 0;
    for (let index = 0; index < n; index++) {
      const answer = composeAnswer(task, noLimits, { ...output, correctRate: 0.9 }, createRandom(5, index));
      expect(renderText(answer) === '54321').toBe(answer.numberIsRight);
      if (answer.numberIsRight === true) right += 1;
    }
    // The tolerance is four standard errors of a binomial share.
    expect(Math.abs(right / n - 0.9)).toBeLessThan(4 * Math.sqrt((0.9 * 0.1) / n));
  });

  test('picks the requested number of lines if the prompt counts lines instead of tokens', () => {
    const verses = Array.from({ length: 20 }, (_, place) => `verse number ${place} of them`).join('\n');
    const task = readTask([`Print the number first: six. Then pick 7 lines from these poem lines:\n${verses}`]);
    expect(renderText(composeAnswer(task, noLimits, output, createRandom(1, 1))).split('\n')).toHaveLength(8);
  });

  test('continues to the limit if the end is ignored, and to the minimum length if there is one', () => {
    const task = readTask(['Hello']);
    const ignored = composeAnswer(task, { ...noLimits, maxTokens: 500, ignoreEnd: true }, output, createRandom(1, 1));
    expect(ignored).toMatchObject({ finishReason: 'length' });
    expect(ignored.tokens).toHaveLength(500);
    const least = composeAnswer(task, { ...noLimits, minTokens: 400 }, output, createRandom(1, 1));
    expect(least.tokens.length).toBeGreaterThanOrEqual(400);
  });
});
