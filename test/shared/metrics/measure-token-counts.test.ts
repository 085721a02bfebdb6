import { describe, expect, test } from 'vitest';
import { hasTokenChunks, measureTokenCounts } from '../../../shared/metrics/measure-token-counts.ts';
import { makeOk } from '../../support/factories/sample-factory.ts';

const times = { startMs: 0, ttftMs: 100, e2eMs: 1_000 };

describe('measureTokenCounts', () => {
  test("has the server's counts, and their ratio to the tokenizer's over requests that have both", () => {
    const usage = { inputTokens: 600, outputTokens: 120, cachedTokens: 512, reasoningTokens: 20 };
    const counts = measureTokenCounts([
      makeOk(times, { inputTokens: 500, outputTokens: 100, usage }),
      makeOk(times, { inputTokens: 500, outputTokens: 100, usage: null }),
    ]);
    expect(counts.usageInputTokens).toMatchObject({ n: 1, mean: 600 });
    expect(counts.usageCachedTokens).toMatchObject({ n: 1, mean: 512 });
    expect(counts.usageReasoningTokens).toMatchObject({ n: 1, mean: 20 });
    expect(counts.usageToTokenizerInput).toMatchObject({ value: 1.2, n: 1, reason: null });
    expect(counts.usageToTokenizerOutput).toMatchObject({ value: 1.2, n: 1, reason: null });
  });

  test('measures cached input over requests whose usage reports it, and how far prompts miss their size', () => {
    const usage = { inputTokens: 500, outputTokens: 120, cachedTokens: 250, reasoningTokens: null };
    const counts = measureTokenCounts([
      makeOk(times, { inputTokens: 470, requestedInputTokens: 500, usage }),
      makeOk(times, { inputTokens: 480, requestedInputTokens: 500, usage: { ...usage, cachedTokens: 0 } }),
      makeOk(times, { inputTokens: 500, usage: { ...usage, cachedTokens: null } }),
    ]);
    expect(counts.cachedInputShare).toMatchObject({ value: 0.25, n: 2, reason: null });
    expect(counts.cachedRequestShare).toEqual({ value: 0.5, n: 2, reason: null });
    expect(counts.requestedInputTokens).toMatchObject({ n: 2, mean: 500 });
    expect(counts.inputAttainment).toMatchObject({ value: 0.95, n: 2, reason: null });
  });

  test('measures tokens per chunk and chunks per read', () => {
    const { tokensPerChunk, chunksPerRead } = measureTokenCounts([
      makeOk(times, { outputTokens: 100, outputEvents: 20, reads: 10 }),
      makeOk(times, { outputTokens: 50, outputEvents: 10, reads: 5 }),
    ]);
    expect(tokensPerChunk).toMatchObject({ value: 5, n: 2, reason: null });
    expect(chunksPerRead).toMatchObject({ value: 2, n: 2, reason: null });
  });

  test('says that chunks are tokens only if the server itself counts one token for each', () => {
    const measure = (outputTokens: number | null, outputEvents: number) =>
      measureTokenCounts([
        makeOk(times, {
          outputEvents,
          usage: { inputTokens: 1, outputTokens, cachedTokens: null, reasoningTokens: null },
        }),
      ]);
    expect(measure(101, 100).usageTokensPerChunk).toEqual({ value: 1.01, n: 1, reason: null });
    expect([96, 100, 104].map((tokens) => hasTokenChunks(measure(tokens, 100)))).toEqual([true, true, true]);
    expect([90, 110, 200, null].map((tokens) => hasTokenChunks(measure(tokens, 100)))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(
      hasTokenChunks(measureTokenCounts([makeOk(times, { outputTokens: 100, outputEvents: 100, usage: null })])),
    ).toBe(false);
  });

  test('measures the share of answers that arrived at one instant', () => {
    const whole = makeOk(times, { lastOutputMs: 100, firstOutputMs: 100 });
    expect(measureTokenCounts([whole, makeOk(times)]).unstreamedShare).toEqual({ value: 0.5, n: 2, reason: null });
  });
});
