import { describe, expect, test } from 'vitest';
import { buildCostReport, type CostInput } from '../../../shared/cost/build-cost-report.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import type { Pricing } from '../../../shared/spec/pricing.ts';
import { makeFailure, makeOk, makeSample, makeSpec } from '../../support/factories/sample-factory.ts';

const times = { startMs: 0, ttftMs: 100, e2eMs: 1_000 };
const pricing: Pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 2, currency: 'USD' };
const { workload } = makeSpec();
const usage = (inputTokens: number | null, outputTokens: number | null) => ({
  inputTokens,
  outputTokens,
  cachedTokens: null,
  reasoningTokens: null,
});

/** Builds the cost report of a target with prices only, whose ok requests are all good. */
const priced = (of: Pricing | null, samples: readonly Sample[], change: Partial<CostInput> = {}) =>
  buildCostReport({ pricing: of, dedicated: null, throughput: null, workload, samples, isGood: () => true, ...change });

describe('buildCostReport', () => {
  const good = makeOk(times, { inputTokens: 1_000, outputTokens: 500 });
  const billedFailure = makeFailure(0, 5, { usage: usage(1_000, 0) });
  const warmup = makeOk(times, { warmup: true, inputTokens: 100, outputTokens: 50 });

  test('prices successful requests, billed failures, and the warm-up separately', () => {
    const cost = priced(pricing, [good, good, billedFailure, makeFailure(0, 5), warmup, makeSample()]);
    expect(cost.costPerRequestUsd).toMatchObject({ value: 0.002, n: 2, reason: null });
    expect(cost.costPerThousandRequestsUsd.value).toBeCloseTo(2, 12);
    expect(cost.costPerMillionTokensUsd.value).toBeCloseTo(4_000 / 3_000, 12);
    expect(cost.costPerGoodRequestUsd.value).toBeCloseTo(0.0025, 12);
    expect(cost.totals.okUsd.value).toBeCloseTo(0.004, 12);
    expect(cost.totals.failedUsd).toMatchObject({ value: 0.001, n: 1 });
    expect(cost.totals.warmupUsd).toMatchObject({ value: 0.0002, n: 1 });
    expect(cost.totals.totalUsd.value).toBeCloseTo(0.0052, 12);
    expect(cost.sources).toEqual({ usage: 2, tokenizer: 0, mixed: 0 });
  });

  test("uses the workload's stated means for the typical request", () => {
    expect(priced(pricing, []).typicalRequest).toMatchObject({
      basis: 'workload',
      inputTokens: 550,
      outputTokens: 150,
      typicalCostUsd: { value: 0.00085, n: 0, reason: null },
    });
  });

  test('uses the measured means if the workload states none', () => {
    const { workload: unsized } = makeSpec({ workload: { kind: 'number-words' } });
    expect(priced(pricing, [good], { workload: unsized }).typicalRequest).toMatchObject({
      basis: 'measured',
      inputTokens: 1_000,
      typicalCostUsd: { value: 0.002, n: 1 },
    });
    expect(priced(pricing, [], { workload: unsized }).typicalRequest.typicalCostUsd.value).toBeNull();
  });

  test('counts incomplete answers with unknown billing', () => {
    const truncated = makeOk(times, { outcome: 'truncated', usage: null });
    expect(priced(pricing, [truncated, makeFailure(0, 5)]).totals.unknownBilling).toBe(1);
  });

  test('is null with the reason, not 0, if the target has no pricing', () => {
    const cost = priced(null, [good]);
    const reason = 'the target has no pricing';
    expect(cost.costPerRequestUsd).toMatchObject({ value: null, n: 1, reason });
    expect(cost.totals.totalUsd).toEqual({ value: null, n: 1, reason });
    expect(cost.typicalRequest.typicalCostUsd).toMatchObject({ value: null, reason });
  });

  test('prices cached input and reasoning separately if the target has such prices and usage reports them', () => {
    const told = makeOk(times, {
      usage: { inputTokens: 1_000, outputTokens: 500, cachedTokens: 800, reasoningTokens: 300 },
    });
    const apart = { ...pricing, cachedInputPerMillionTokens: 0.1, reasoningPerMillionTokens: 4 };
    const cost = priced(apart, [told]);
    expect(cost.tokens).toEqual({
      inputTokens: 1_000,
      cachedInputTokens: 800,
      outputTokens: 500,
      reasoningTokens: 300,
    });
    expect(cost.costPerRequestUsd.value).toBeCloseTo((200 * 1 + 800 * 0.1 + 200 * 2 + 300 * 4) / 1e6, 15);
    expect(cost.costPerMillionInputTokensUsd.value).toBeCloseTo(0.28, 12);
    expect(cost.costPerMillionOutputTokensUsd.value).toBeCloseTo(3.2, 12);
    expect(priced(pricing, [told]).costPerRequestUsd.value).toBeCloseTo(0.002, 15);
  });

  test('divides the bill by the number of good requests', () => {
    const wrong = { ...good, checksum: 'mismatch' as const };
    const isGood = ({ checksum }: Sample) => checksum !== 'mismatch';
    const cost = priced(pricing, [good, wrong, billedFailure], { isGood });
    expect(cost.costPerGoodRequestUsd).toMatchObject({ value: expect.closeTo(0.005, 12), n: 1, reason: null });
    expect(priced(pricing, [wrong], { isGood }).costPerGoodRequestUsd).toMatchObject({
      value: null,
      n: 0,
      reason: 'no good request has known token counts',
    });
  });
});
