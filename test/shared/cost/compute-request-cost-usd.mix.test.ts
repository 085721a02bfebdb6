import { describe, expect, test } from 'vitest';
import { computePricePerMillionTokensUsd } from '../../../shared/cost/compute-request-cost-usd.ts';

const pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 3, currency: 'USD' as const };

describe('computePricePerMillionTokensUsd', () => {
  test('weights the two prices by the mix at any scale', () => {
    expect(computePricePerMillionTokensUsd(pricing, { inputTokens: 3, outputTokens: 1 })).toBeCloseTo(1.5, 12);
    expect(computePricePerMillionTokensUsd(pricing, { inputTokens: 300, outputTokens: 100 })).toBeCloseTo(1.5, 12);
  });

  test('is null for no tokens', () => {
    expect(computePricePerMillionTokensUsd(pricing, { inputTokens: 0, outputTokens: 0 })).toBeNull();
  });
});
