import { computeRequestCostUsd, computeUpperBoundNanoUsd } from '../../../shared/cost/compute-request-cost-usd.ts';
import type { Pricing } from '../../../shared/spec/pricing.ts';

/** The possible cost of a run in USD: a 95 % interval for random request sizes, and a likely upper bound. */
export type CostBounds = { lowUsd: number; highUsd: number; worstCaseUsd: number };

export type PricedRequests = { pricing: Pricing; requests: number; expectedUsd: number };

const normal95 = 1.959964;

/**
 * Computes the cost bounds of a run from a few of its requests. The run's cost limit (`capUsd`) caps all bounds. The
 * interval is Σ expected cost ± 1.96 · Σ √n · s over the targets. A target gets n requests, whose costs have the
 * standard deviation s. The deviations add up, because all targets get the same prompts. In the worst case, every
 * request costs as much as the most expensive one in `sizes` with its maximum output.
 * @param sizes token counts of at least two requests
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
    const upperBounds = sizes.map(({ inputTokens, maxOutputTokens }) =>
      computeUpperBoundNanoUsd(pricing, inputTokens, maxOutputTokens),
    );
    worstUsd += (requests * Math.max(0, ...upperBounds)) / 1e9;
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
