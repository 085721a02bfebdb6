import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAnswer } from '../../../../../functions/worker/check-answer.ts';
import { summarizeValues } from '../../../../../shared/stats/summarize.ts';
import { runAtOnce } from '../../../../../shared/time-slices.ts';
import { sonnetCorpus } from '../../../../../shared/workload/corpora/sonnet-corpus.ts';
import { numberToWords } from '../../../../../shared/workload/parts/lines-task.ts';
import { countTokens, countTokensWithBos } from '../../../../../shared/workload/tokenizers/count-tokens.ts';
import { buildPrompt, type Workload } from '../../../../../shared/workload/workload.ts';
import { countCases } from '../../../../support/test-form.ts';

const workload = {
  kind: 'llmperf-v1',
  minLines: 15,
  maxLines: 50,
  requestedLines: 7,
  digits: 3,
  maxOutputTokens: 384,
} as const satisfies Workload;
const build = (number: number, change: Partial<typeof workload> = {}, seed = 117) =>
  buildPrompt({ ...workload, ...change }, seed, 'measured', number);

describe('an llmperf-v1 prompt', () => {
  test('requests the number, then seven lines, and separates the lines by blank lines', () => {
    const { messages, expectedNumber, inputLines } = build(3);
    const [system, user] = messages;
    expect(system).toEqual({
      role: 'system',
      content: 'You are a helpful assistant that answers in the most concise possible way.',
    });
    const words = numberToWords(expectedNumber ?? 0);
    expect(user?.content).toBe(
      `Convert the following sequence of words into a number: ${words}.\nPrint the number first. Then pick 7 lines from these poem lines:\n${inputLines?.join('\n\n')}\n`,
    );
  });

  test('draws 15 to 49 different lines of the first 518, uniformly, and numbers of three digits', () => {
    const corpus = new Set(sonnetCorpus().lines.slice(0, 518));
    const sizes = new Map<number, number>();
    for (let number = 0; number < 3_500; number++) {
      const { inputLines, expectedNumber } = build(number);
      const lines = inputLines ?? [];
      sizes.set(lines.length, (sizes.get(lines.length) ?? 0) + 1);
      if (!lines.every((line) => corpus.has(line))) expect.fail('A line is not in the corpus');
      if (!(Number(expectedNumber) >= 100 && Number(expectedNumber) <= 999)) expect.fail(`${expectedNumber}`);
    }
    expect([...sizes.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 35 }, (_, i) => i + 15));
    for (const count of sizes.values()) expect(Math.abs(count - 100)).toBeLessThan(50);
  });

  test('has the size of the original: mean 498, standard deviation 140, range 248 to 759', () => {
    // LLMPerf counts a BOS token for each message and four more.
    const sizes = Array.from({ length: 2_000 }, (_, number) =>
      build(number).messages.reduce((sum, { content }) => sum + countTokensWithBos(content), 4),
    );
    const { mean, stddev, min, max } = summarizeValues(sizes);
    console.log(`v1 input tokens: mean ${mean?.toFixed(1)}, sd ${stddev?.toFixed(1)}, ${min} to ${max}`);
    expect(Math.abs(Number(mean) - 498)).toBeLessThan(15);
    expect(Math.abs(Number(stddev) - 140)).toBeLessThan(7);
    expect(Math.abs(Number(min) - 248)).toBeLessThan(25);
    expect(Math.abs(Number(max) - 759)).toBeLessThan(30);
  });

  test('counts its tokens exactly, limits the output to 384, and sets temperature 0', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(2 ** 32 - 1), fc.integer({ min: 1, max: 9 }), (number, seed, digits) => {
        const prompt = buildPrompt({ ...workload, digits }, seed, 'measured', number);
        expect(prompt.inputTokens).toBe(prompt.messages.reduce((sum, { content }) => sum + countTokens(content), 0));
        expect(String(prompt.expectedNumber)).toHaveLength(digits);
        expect(prompt).toMatchObject({ maxOutputTokens: 384, temperature: 0 });
        expect(prompt.requestedInputTokens).toBeUndefined();
      }),
      { numRuns: countCases(200) },
    );
  });

  test('can offer one line or all lines', () => {
    expect(build(0, { minLines: 1, maxLines: 2 } as never).inputLines).toHaveLength(1);
    const all = build(0, { minLines: 518, maxLines: 519 } as never).inputLines ?? [];
    expect(all.toSorted()).toEqual(sonnetCorpus().lines.slice(0, 518).toSorted());
  });

  test('uses the first integer of an answer as the checksum', () => {
    const prompt = build(1);
    expect(runAtOnce(checkAnswer(prompt, `${prompt.expectedNumber}\n${prompt.inputLines?.[0]}`))).toEqual({
      checksum: 'ok',
      answerNumber: prompt.expectedNumber,
      checksumAnyOk: true,
      linesFromInput: 1,
    });
    expect(runAtOnce(checkAnswer(prompt, `7 lines. ${prompt.expectedNumber}`))).toMatchObject({
      checksum: 'mismatch',
      checksumAnyOk: true,
    });
  });
});
