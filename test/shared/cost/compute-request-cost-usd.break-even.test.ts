import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeBreakEvenRatio, computeRequestCostUsd } from '../../../shared/cost/compute-request-cost-usd.ts';
import type { Pricing } from '../../../shared/spec/pricing.ts';

const price = fc.double({ min: 0, max: 1_000, noNaN: true });
const pricing = fc.record({
  inputPerMillionTokens: price,
  outputPerMillionTokens: price,
  currency: fc.constant('USD' as const),
});
const priced = (inputPerMillionTokens: number, outputPerMillionTokens: number): Pricing => ({
  inputPerMillionTokens,
  outputPerMillionTokens,
  currency: 'USD',
});

describe('computeBreakEvenRatio', () => {
  test('gives the mix at which both prices cost the same, if there is one', () => {
    fc.assert(
      fc.property(pricing, pricing, (a, b) => {
        const ratio = computeBreakEvenRatio(a, b);
        fc.pre(ratio !== null && ratio < 1e6 && ratio > 1e-6);
        const mix = { inputTokens: Number(ratio), outputTokens: 1 };
        const difference = Math.abs(computeRequestCostUsd(a, mix) - computeRequestCostUsd(b, mix));
        expect(difference).toBeLessThanOrEqual(
          1e-6 * (computeRequestCostUsd(a, mix) + computeRequestCostUsd(b, mix)) + 1e-15,
        );
      }),
    );
  });

  test('is null if one price is higher in both parts, or in one with the other equal, or if both are equal', () => {
    expect(computeBreakEvenRatio(priced(1, 1), priced(2, 2))).toBeNull();
    expect(computeBreakEvenRatio(priced(1, 1), priced(1, 2))).toBeNull();
    expect(computeBreakEvenRatio(priced(1, 1), priced(2, 1))).toBeNull();
    expect(computeBreakEvenRatio(priced(1, 1), priced(1, 1))).toBeNull();
  });
});
