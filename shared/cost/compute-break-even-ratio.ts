import type { Pricing } from '../spec/pricing.ts';

/**
 * How many input tokens per output token make two prices cost the same: the ratio r with
 * r·inA + outA = r·inB + outB. Null where no mix does, because one is never dearer in either part, or both are the same.
 */
export function computeBreakEvenRatio(a: Pricing, b: Pricing): number | null {
  const ratio =
    (b.outputPerMillionTokens - a.outputPerMillionTokens) / (a.inputPerMillionTokens - b.inputPerMillionTokens);
  return Number.isFinite(ratio) && ratio > 0 ? ratio : null;
}
