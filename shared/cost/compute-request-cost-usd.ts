import type { Pricing } from '../spec/pricing.ts';

/** Billed token counts; means of several requests may be fractions. */
export type TokenCounts = {
  inputTokens: number;
  outputTokens: number;
  /** Input tokens from a cache, part of `inputTokens`; 0 if omitted. */
  cachedInputTokens?: number;
  /** Reasoning tokens, part of `outputTokens`; 0 if omitted. */
  reasoningTokens?: number;
};

/**
 * Computes the cost of requests with these token counts in USD: (inputTokens·input price + outputTokens·output price) / 10⁶.
 * Cached input and reasoning have their own prices if the target has them.
 */
export function computeRequestCostUsd(pricing: Pricing, tokens: TokenCounts): number {
  const { input, output } = computeMillionthsBySide(pricing, tokens);
  // Divided once, after the sum, so that decimal prices give exact decimals.
  return (input + output) / 1e6;
}

export function computeCostBySide(pricing: Pricing, tokens: TokenCounts): { inputUsd: number; outputUsd: number } {
  const { input, output } = computeMillionthsBySide(pricing, tokens);
  return { inputUsd: input / 1e6, outputUsd: output / 1e6 };
}

/** Computes the costs in 10⁻⁶ USD. */
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

/** Computes the price of a million tokens in this mix of input and output; null for no tokens. */
export function computePricePerMillionTokensUsd(pricing: Pricing, mix: TokenCounts): number | null {
  const tokens = mix.inputTokens + mix.outputTokens;
  return tokens > 0 ? (computeRequestCostUsd(pricing, mix) / tokens) * 1e6 : null;
}

/**
 * Computes the maximum cost of one request in 10⁻⁹ USD, rounded up: its input and maximum output, each at its highest price.
 * A server whose tokenizer counts more input tokens than given bills more.
 */
export function computeUpperBoundNanoUsd(pricing: Pricing, inputTokens: number, maxOutputTokens: number): number {
  const inputPrice = Math.max(pricing.inputPerMillionTokens, pricing.cachedInputPerMillionTokens ?? 0);
  const outputPrice = Math.max(pricing.outputPerMillionTokens, pricing.reasoningPerMillionTokens ?? 0);
  // 1 USD per million tokens is 1,000 · 10⁻⁹ USD per token.
  return Math.ceil((inputTokens * inputPrice + maxOutputTokens * outputPrice) * 1_000);
}

/**
 * Computes the ratio r of input to output tokens at which two prices cost the same: r·inA + outA = r·inB + outB. Null if
 * no ratio does, because one is never more expensive, or if both prices are equal.
 */
export function computeBreakEvenRatio(a: Pricing, b: Pricing): number | null {
  const ratio =
    (b.outputPerMillionTokens - a.outputPerMillionTokens) / (a.inputPerMillionTokens - b.inputPerMillionTokens);
  return Number.isFinite(ratio) && ratio > 0 ? ratio : null;
}
