import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeCostBounds } from '../../../../functions/api/estimates/compute-cost-bounds.ts';
import { computeRequestCostUsd } from '../../../../shared/cost/compute-request-cost-usd.ts';
import { makeRandom } from '../../../support/factories/sample-factory.ts';

const pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 2, currency: 'USD' as const };
const size = (inputTokens: number, maxOutputTokens: number) => ({ inputTokens, maxOutputTokens });
const target = (requests: number, expectedUsd: number) => ({ pricing, requests, expectedUsd });

describe('computeCostBounds', () => {
  test('the bounds of equal requests coincide', () => {
    const sizes = [size(550, 150), size(550, 150)];
    const bounds = computeCostBounds([target(100, 0.085)], sizes, null);
    expect(bounds.lowUsd).toBeCloseTo(0.085, 12);
    expect(bounds.highUsd).toBeCloseTo(0.085, 12);
    expect(bounds.worstCaseUsd).toBeCloseTo(0.085, 12);
  });

  test('the interval covers 95 % of random totals', () => {
    const random = makeRandom(7);
    const draw = () => size(Math.round(200 + 700 * random()), Math.round(50 + 200 * random()));
    const computeSampleCost = ({ inputTokens, maxOutputTokens }: ReturnType<typeof draw>) =>
      computeRequestCostUsd(pricing, { inputTokens, outputTokens: maxOutputTokens });
    const requests = 150;
    const sizes = Array.from({ length: 200 }, draw);
    const expectedUsd = (requests * (550 + 2 * 150)) / 1e6;
    const { lowUsd, highUsd, worstCaseUsd } = computeCostBounds([target(requests, expectedUsd)], sizes, null);
    let inside = 0;
    for (let trial = 0; trial < 1_000; trial++) {
      const totalUsd = Array.from({ length: requests }, draw).reduce((sum, one) => sum + computeSampleCost(one), 0);
      expect(totalUsd).toBeLessThan(worstCaseUsd);
      if (totalUsd >= lowUsd && totalUsd <= highUsd) inside += 1;
    }
    expect(inside / 1_000).toBeGreaterThan(0.92);
    expect(inside / 1_000).toBeLessThan(0.98);
  });

  test('the bounds are in order and never exceed the cap', () => {
    const sizes = fc.array(fc.record({ inputTokens: fc.nat(10_000), maxOutputTokens: fc.nat(10_000) }), {
      minLength: 2,
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0.001, max: 10, noNaN: true }),
        (drawn, n, cap) => {
          const mean =
            drawn.reduce((sum, one) => sum + one.inputTokens + 2 * one.maxOutputTokens, 0) / drawn.length / 1e6;
          const bounds = computeCostBounds([target(n, n * mean)], drawn, cap);
          expect(bounds.lowUsd).toBeLessThanOrEqual(bounds.highUsd);
          expect(bounds.highUsd).toBeLessThanOrEqual(bounds.worstCaseUsd);
          expect(bounds.worstCaseUsd).toBeLessThanOrEqual(cap);
        },
      ),
    );
  });
});
