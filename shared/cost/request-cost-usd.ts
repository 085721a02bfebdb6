import type { Pricing } from '../domain/run-spec.ts';

/** Token counts that a price applies to; means of several requests may be fractions. */
export type TokenCounts = { inputTokens: number; outputTokens: number };

/** What requests of these token counts cost, in USD: (inputTokens·input price + outputTokens·output price) / 10⁶. */
export function requestCostUsd(pricing: Pricing, tokens: TokenCounts): number {
  return (
    (tokens.inputTokens * pricing.inputPerMillionTokens + tokens.outputTokens * pricing.outputPerMillionTokens) / 1e6
  );
}
