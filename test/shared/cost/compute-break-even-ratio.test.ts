import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeBreakEvenRatio } from '../../../shared/cost/compute-break-even-ratio.ts';
import { computeRequestCostUsd } from '../../../shared/cost/compute-request-cost-usd.ts';
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

describe('breakEvenRatio', () => {
  test('is where both prices cost the same, whenever there is such a mix', () => {
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

  test('is null where one is dearer in both parts, in one part with the other equal, or they are the same', () => {
    expect(computeBreakEvenRatio(priced(1, 1), priced(2, 2))).toBeNull();
    expect(computeBreakEvenRatio(priced(1, 1), priced(1, 2))).toBeNull();
    expect(computeBreakEvenRatio(priced(1, 1), priced(2, 1))).toBeNull();
    expect(computeBreakEvenRatio(priced(1, 1), priced(1, 1))).toBeNull();
  });
});
