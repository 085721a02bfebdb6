import type { Pricing } from '../spec/pricing.ts';
import { computeRequestCostUsd, type TokenCounts } from './compute-request-cost-usd.ts';

/** The price of a million tokens, input and output together, in this mix; null for no tokens. */
export function computePricePerMillionTokensUsd(pricing: Pricing, mix: TokenCounts): number | null {
  const tokens = mix.inputTokens + mix.outputTokens;
  return tokens > 0 ? (computeRequestCostUsd(pricing, mix) / tokens) * 1e6 : null;
}
