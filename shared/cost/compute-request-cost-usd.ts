import type { Pricing } from '../spec/pricing.ts';

/** Token counts that a price applies to; means of several requests may be fractions. */
export type TokenCounts = {
  inputTokens: number;
  outputTokens: number;
  /** Of the input, what came from a cache; 0 if left out. */
  cachedInputTokens?: number;
  /** Of the output, what is reasoning; 0 if left out. */
  reasoningTokens?: number;
};

/**
 * What requests of these token counts cost, in USD: (inputTokens·input price + outputTokens·output price) / 10⁶, with cached
 * input and reasoning at prices of their own where the target has them.
 */
export function computeRequestCostUsd(pricing: Pricing, tokens: TokenCounts): number {
  const { input, output } = computeMillionthsBySide(pricing, tokens);
  // Divided once, after the sum, so that decimal prices give the decimal figure.
  return (input + output) / 1e6;
}

/** The same, input and output apart. */
export function computeCostBySide(pricing: Pricing, tokens: TokenCounts): { inputUsd: number; outputUsd: number } {
  const { input, output } = computeMillionthsBySide(pricing, tokens);
  return { inputUsd: input / 1e6, outputUsd: output / 1e6 };
}

/** In 10⁻⁶ USD. */
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
