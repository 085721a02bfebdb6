import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeRequestMetrics } from '../../../shared/metrics/request-metrics.ts';
import { makeSample } from '../../support/factories/sample-factory.ts';

const instants = {
  dueMs: 90,
  startMs: 100,
  firstOutputMs: 663,
  firstAnswerMs: 700,
  lastOutputMs: 4_700,
  endMs: 4_702,
  inputTokens: 550,
  outputTokens: 150,
};

describe('computeRequestMetrics', () => {
  test('follows the formulas of the definitions', () => {
    expect(computeRequestMetrics(makeSample(instants))).toEqual({
      ttftMs: 563,
      ttfoMs: 600,
      e2eLatencyMs: 4_600,
      scheduledLatencyMs: 4_610,
      itlMs: 4_600 / 150,
      tpotMs: (4_700 - 663) / 149,
      outputTokensPerSecond: 150 / 4.6,
      inputTokens: 550,
      outputTokens: 150,
      slipMs: 10,
      closeLagMs: 2,
    });
  });

  test('is null, not 0, if an input is missing', () => {
    const metrics = computeRequestMetrics(makeSample());
    for (const value of Object.values(metrics)) expect(value).toBeNull();
  });

  test('has no tpotMs for one token, and no itlMs for no tokens', () => {
    expect(computeRequestMetrics(makeSample({ ...instants, outputTokens: 1 }))).toMatchObject({
      tpotMs: null,
      itlMs: 4_600,
    });
    expect(computeRequestMetrics(makeSample({ ...instants, outputTokens: 0 }))).toMatchObject({
      tpotMs: null,
      itlMs: null,
    });
  });

  test('has no output speed if no time passed', () => {
    const metrics = computeRequestMetrics(makeSample({ ...instants, lastOutputMs: instants.startMs }));
    expect(metrics).toMatchObject({ e2eLatencyMs: 0, outputTokensPerSecond: null });
  });

  test('does not use counts of usage instead of those of the tokenizer', () => {
    const usage = { inputTokens: 600, outputTokens: 200, cachedTokens: null, reasoningTokens: null };
    const metrics = computeRequestMetrics(makeSample({ ...instants, inputTokens: null, outputTokens: null, usage }));
    expect(metrics).toMatchObject({ inputTokens: null, outputTokens: null, itlMs: null });
  });

  test('gives a finite number or null for any instants and counts', () => {
    const instant = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }));
    const count = fc.option(fc.nat());
    const sample = fc.record({
      dueMs: instant,
      startMs: instant,
      firstOutputMs: instant,
      firstAnswerMs: instant,
      lastOutputMs: instant,
      endMs: instant,
      inputTokens: count,
      outputTokens: count,
    });
    fc.assert(
      fc.property(sample, (changes) => {
        for (const value of Object.values(computeRequestMetrics(makeSample(changes))))
          expect(value === null || Number.isFinite(value)).toBe(true);
      }),
    );
  });
});
