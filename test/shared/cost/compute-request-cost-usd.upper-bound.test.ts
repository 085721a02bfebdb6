import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeRequestCostUsd, computeUpperBoundNanoUsd } from '../../../shared/cost/compute-request-cost-usd.ts';
import type { Pricing } from '../../../shared/spec/pricing.ts';

const price = fc.double({ min: 0, max: 1_000, noNaN: true });
const pricing = fc.record({
  inputPerMillionTokens: price,
  outputPerMillionTokens: price,
  currency: fc.constant('USD' as const),
});
const tokens = fc.nat({ max: 200_000 });
const priced = (inputPerMillionTokens: number, outputPerMillionTokens: number): Pricing => ({
  inputPerMillionTokens,
  outputPerMillionTokens,
  currency: 'USD',
});

describe('computeUpperBoundNanoUsd', () => {
  test('is a whole number, and never below the cost of the request', () => {
    fc.assert(
      fc.property(pricing, tokens, tokens, fc.double({ min: 0, max: 1, noNaN: true }), (prices, input, most, share) => {
        const bound = computeUpperBoundNanoUsd(prices, input, most);
        expect(Number.isSafeInteger(bound)).toBe(true);
        const cost =
          computeRequestCostUsd(prices, { inputTokens: input, outputTokens: Math.floor(most * share) }) * 1e9;
        expect(bound).toBeGreaterThanOrEqual(cost * (1 - 1e-12));
      }),
    );
  });

  test('is 700,000 · 10⁻⁹ USD for 550/150 tokens at 1 USD a million', () => {
    expect(computeUpperBoundNanoUsd(priced(1, 1), 550, 150)).toBe(700_000);
  });
});
