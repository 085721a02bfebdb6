import type { Pricing } from '../spec/pricing.ts';
import { computeRequestCostUsd } from './compute-request-cost-usd.ts';
import { computeUpperBoundNanoUsd } from './compute-upper-bound-nano-usd.ts';

/** What a run may cost: an interval of 95 % over the draws of request sizes, and a bound that no draw is likely to pass. */
export type CostBounds = { lowUsd: number; highUsd: number; worstCaseUsd: number };

export type PricedRequests = { pricing: Pricing; requests: number; expectedUsd: number };

const normal95 = 1.959964;

/**
 * Bounds of the cost of a run, from the sizes of some of its requests.
 * - The interval: Σ expected ± 1.96 · Σ √n · standard deviation of one request's cost. Targets get the same prompts, so their
 *   deviations are added up, not their squares.
 * - The worst case: each request is as dear as the dearest of those looked at, and uses all of its output.
 * Both stop at the cap that the run has.
 * @param sizes two or more
 */
export function computeCostBounds(
  targets: readonly PricedRequests[],
  sizes: readonly { inputTokens: number; maxOutputTokens: number }[],
  capUsd: number | null,
): CostBounds {
  let expectedUsd = 0;
  let marginUsd = 0;
  let worstUsd = 0;
  for (const { pricing, requests, expectedUsd: expected } of targets) {
    const costs = sizes.map(({ inputTokens, maxOutputTokens }) =>
      computeRequestCostUsd(pricing, { inputTokens, outputTokens: maxOutputTokens }),
    );
    expectedUsd += expected;
    marginUsd += normal95 * Math.sqrt(requests) * standardDeviation(costs);
    const dearest = sizes.reduce(
      (most, { inputTokens, maxOutputTokens }) =>
        Math.max(most, computeUpperBoundNanoUsd(pricing, inputTokens, maxOutputTokens)),
      0,
    );
    worstUsd += (requests * dearest) / 1e9;
  }
  const capped = (usd: number) => (capUsd === null ? usd : Math.min(usd, capUsd));
  const highUsd = capped(expectedUsd + marginUsd);
  return {
    lowUsd: capped(Math.max(0, expectedUsd - marginUsd)),
    highUsd,
    worstCaseUsd: Math.max(highUsd, capped(worstUsd)),
  };
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
