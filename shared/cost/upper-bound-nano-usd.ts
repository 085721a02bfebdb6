import type { Pricing } from '../domain/run-spec.ts';

/**
 * The most that one request can cost, in whole 10⁻⁹ USD, rounded up: its input and all of the output it may ask for.
 * A bound for servers that count the input as the given count does; one whose tokenizer finds more tokens bills more.
 */
export function upperBoundNanoUsd(pricing: Pricing, inputTokens: number, maxOutputTokens: number): number {
  // A price of 1 USD per million tokens is 1,000 · 10⁻⁹ USD a token.
  return Math.ceil(
    (inputTokens * pricing.inputPerMillionTokens + maxOutputTokens * pricing.outputPerMillionTokens) * 1_000,
  );
}
