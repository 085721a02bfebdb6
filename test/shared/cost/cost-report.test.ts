import { describe, expect, test } from 'vitest';
import { costReport } from '../../../shared/cost/cost-report.ts';
import type { Pricing } from '../../../shared/domain/run-spec.ts';
import { makeFailure, makeOk, makeSample, makeSpec } from '../../support/sample-factory.ts';

const times = { startMs: 0, ttftMs: 100, e2eMs: 1_000 };
const pricing: Pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 2, currency: 'USD' };
const { workload } = makeSpec();
const usage = (inputTokens: number | null, outputTokens: number | null) => ({
  inputTokens,
  outputTokens,
  cachedTokens: null,
  reasoningTokens: null,
});

describe('costReport', () => {
  const good = makeOk(times, { inputTokens: 1_000, outputTokens: 500 });
  const billedFailure = makeFailure(0, 5, { usage: usage(1_000, 0) });
  const warmup = makeOk(times, { warmup: true, inputTokens: 100, outputTokens: 50 });

  test('prices good requests, failures that were billed, and the warm-up, each apart', () => {
    const cost = costReport(pricing, workload, [good, good, billedFailure, makeFailure(0, 5), warmup, makeSample()]);
    expect(cost.costPerRequestUsd).toEqual({ value: 0.002, n: 2, reason: null });
    expect(cost.costPerThousandRequestsUsd.value).toBeCloseTo(2, 12);
    expect(cost.costPerMillionTokensUsd.value).toBeCloseTo(4_000 / 3_000, 12);
    expect(cost.costPerGoodRequestUsd.value).toBeCloseTo(0.0025, 12);
    expect(cost.totals.okUsd.value).toBeCloseTo(0.004, 12);
    expect(cost.totals.failedUsd).toMatchObject({ value: 0.001, n: 1 });
    expect(cost.totals.warmupUsd).toMatchObject({ value: 0.0002, n: 1 });
    expect(cost.totals.totalUsd.value).toBeCloseTo(0.0052, 12);
    expect(cost.sources).toEqual({ usage: 2, tokenizer: 0, mixed: 0 });
  });

  test("takes the typical request from the workload's stated means", () => {
    expect(costReport(pricing, workload, []).typicalRequest).toMatchObject({
      basis: 'workload',
      inputTokens: 550,
      outputTokens: 150,
      typicalCostUsd: { value: 0.00085, n: 0, reason: null },
    });
  });

  test('takes it from what was measured where the workload states none', () => {
    const { workload: unsized } = makeSpec({ workload: { kind: 'number-words' } });
    expect(costReport(pricing, unsized, [good]).typicalRequest).toMatchObject({
      basis: 'measured',
      inputTokens: 1_000,
      typicalCostUsd: { value: 0.002, n: 1 },
    });
    expect(costReport(pricing, unsized, []).typicalRequest.typicalCostUsd.value).toBeNull();
  });

  test('counts broken answers whose billing nothing tells', () => {
    const truncated = makeOk(times, { outcome: 'truncated', usage: null });
    expect(costReport(pricing, workload, [truncated, makeFailure(0, 5)]).totals.unknownBilling).toBe(1);
  });

  test('is null with the reason, not 0, where the target has no pricing', () => {
    const cost = costReport(null, workload, [good]);
    const reason = 'the target has no pricing';
    expect(cost.costPerRequestUsd).toEqual({ value: null, n: 1, reason });
    expect(cost.totals.totalUsd).toEqual({ value: null, n: 1, reason });
    expect(cost.typicalRequest.typicalCostUsd).toMatchObject({ value: null, reason });
  });
});
