import type { Pricing } from '../spec/pricing.ts';

/** Billed token counts of a request. Means over several requests can be fractions. */
export type TokenCounts = {
  inputTokens: number;
  outputTokens: number;
  /** The part of `inputTokens` that came from a cache. Default: 0. */
  cachedInputTokens?: number;
  /** The part of `outputTokens` that is reasoning. Default: 0. */
  reasoningTokens?: number;
};

/**
 * Computes the cost of a request in USD: (inputTokens · input price + outputTokens · output price) / 10⁶. If the target
 * has separate prices for cached input or for reasoning, uses these prices.
 */
export function computeRequestCostUsd(pricing: Pricing, tokens: TokenCounts): number {
  const { input, output } = computeMillionthsBySide(pricing, tokens);
  // Divides once, after the sum. Dividing each part first would add rounding errors to decimal prices.
  return (input + output) / 1e6;
}

export function computeCostBySide(pricing: Pricing, tokens: TokenCounts): { inputUsd: number; outputUsd: number } {
  const { input, output } = computeMillionthsBySide(pricing, tokens);
  return { inputUsd: input / 1e6, outputUsd: output / 1e6 };
}

/** Computes the input and the output cost in 10⁻⁶ USD. */
function computeMillionthsBySide(pricing: Pricing, tokens: TokenCounts): { input: number; output: number } {
  const { inputPerMillionTokens, outputPerMillionTokens } = pricing;
  const cached = tokens.cachedInputTokens ?? 0;
  const reasoning = tokens.reasoningTokens ?? 0;
  const cachedPrice = pricing.cachedInputPerMillionTokens ?? inputPerMillionTokens;
  const reasoningPrice = pricing.reasoningPerMillionTokens ?? outputPerMillionTokens;
  return {
    input: (tokens.inputTokens - cached) * inputPerMillionTokens + cached * cachedPrice,
    output: (tokens.outputTokens - reasoning) * outputPerMillionTokens + reasoning * reasoningPrice,
  };
}

/** Computes the price of a million tokens in USD at the input-to-output ratio of `mix`. Null if `mix` has no tokens. */
export function computePricePerMillionTokensUsd(pricing: Pricing, mix: TokenCounts): number | null {
  const tokens = mix.inputTokens + mix.outputTokens;
  return tokens > 0 ? (computeRequestCostUsd(pricing, mix) / tokens) * 1e6 : null;
}

/**
 * Computes the maximum cost of one request in 10⁻⁹ USD, rounded up. Charges its input and its maximum output at the
 * highest prices that can apply. The actual cost is higher if the server's tokenizer counts more than `inputTokens`.
 */
export function computeUpperBoundNanoUsd(pricing: Pricing, inputTokens: number, maxOutputTokens: number): number {
  const inputPrice = Math.max(pricing.inputPerMillionTokens, pricing.cachedInputPerMillionTokens ?? 0);
  const outputPrice = Math.max(pricing.outputPerMillionTokens, pricing.reasoningPerMillionTokens ?? 0);
  // 1 USD per million tokens equals 1,000 · 10⁻⁹ USD per token.
  return Math.ceil((inputTokens * inputPrice + maxOutputTokens * outputPrice) * 1_000);
}

/**
 * Computes the ratio r of input to output tokens at which two targets cost the same: r·inA + outA = r·inB + outB.
 * Returns null if the prices are equal or if one target is never more expensive than the other.
 */
export function computeBreakEvenRatio(a: Pricing, b: Pricing): number | null {
  const ratio =
    (b.outputPerMillionTokens - a.outputPerMillionTokens) / (a.inputPerMillionTokens - b.inputPerMillionTokens);
  return Number.isFinite(ratio) && ratio > 0 ? ratio : null;
}
