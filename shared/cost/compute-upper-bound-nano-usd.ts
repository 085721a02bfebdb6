import type { Pricing } from '../spec/pricing.ts';

/**
 * The most that one request can cost, in whole 10⁻⁹ USD, rounded up: its input and all of the output it may ask for, each at
 * the dearest price that may apply to it. A bound for servers that count the input as the given count does; one whose
 * tokenizer finds more tokens bills more.
 */
export function computeUpperBoundNanoUsd(pricing: Pricing, inputTokens: number, maxOutputTokens: number): number {
  const inputPrice = Math.max(pricing.inputPerMillionTokens, pricing.cachedInputPerMillionTokens ?? 0);
  const outputPrice = Math.max(pricing.outputPerMillionTokens, pricing.reasoningPerMillionTokens ?? 0);
  // A price of 1 USD per million tokens is 1,000 · 10⁻⁹ USD a token.
  return Math.ceil((inputTokens * inputPrice + maxOutputTokens * outputPrice) * 1_000);
}
