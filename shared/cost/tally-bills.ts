import type { Sample } from '../sample/sample.ts';
import type { Pricing } from '../spec/pricing.ts';
import { computeCostBySide, type TokenCounts } from './compute-request-cost-usd.ts';

/** The billed tokens and costs of requests with known token counts. Costs are in USD; 0 if the target has no prices. */
export type Bills = ReturnType<typeof createBills>;

function createBills() {
  const list = (): number[] => [];
  return {
    ok: list(),
    failed: list(),
    warmup: list(),
    /** `inputUsd` to `isGood` have one value per successful request. `isGood` is 1 for a good request, else 0. */
    inputUsd: list(),
    outputUsd: list(),
    inputTokens: list(),
    outputTokens: list(),
    isGood: list(),
    sources: { usage: 0, tokenizer: 0, mixed: 0 },
    tokens: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 },
    good: 0,
    /** Number of requests that failed after their response began and have no `usage`. Their billing is unknown. */
    unknownBilling: 0,
  };
}

export function tallyBills(
  pricing: Pricing | null,
  samples: readonly Sample[],
  isGood: (sample: Sample) => boolean,
): Bills {
  const bills = createBills();
  for (const sample of samples) {
    if (sample.outcome === 'not_sent') continue;
    const billed = countBilledTokens(sample);
    if (billed === null) {
      if (sample.httpStatus !== null && sample.httpStatus < 300) bills.unknownBilling += 1;
      continue;
    }
    const { inputUsd, outputUsd } =
      pricing === null ? { inputUsd: 0, outputUsd: 0 } : computeCostBySide(pricing, billed);
    const costUsd = inputUsd + outputUsd;
    if (sample.warmup) bills.warmup.push(costUsd);
    else if (sample.outcome !== 'ok') bills.failed.push(costUsd);
    else {
      bills.ok.push(costUsd);
      bills.inputUsd.push(inputUsd);
      bills.outputUsd.push(outputUsd);
      bills.sources[billed.source] += 1;
      for (const kind of tokenKinds) bills.tokens[kind] += billed[kind];
      bills.inputTokens.push(billed.inputTokens);
      bills.outputTokens.push(billed.outputTokens);
      bills.isGood.push(isGood(sample) ? 1 : 0);
      bills.good += bills.isGood.at(-1) ?? 0;
    }
  }
  return bills;
}

const tokenKinds = ['inputTokens', 'cachedInputTokens', 'outputTokens', 'reasoningTokens'] as const;

/**
 * Counts a request's billed tokens: those in the server's `usage`, or else the tokenizer's counts. Only `usage` can
 * show that a failed request is billed. Cached and reasoning tokens come from `usage`, and never exceed the input and
 * output tokens. Returns null if a count is unknown. The source is `mixed` if `usage` has only one of the two counts.
 */
export function countBilledTokens(sample: Sample): (Required<TokenCounts> & { source: keyof Bills['sources'] }) | null {
  const { usage } = sample;
  const inputByUsage = usage?.inputTokens ?? null;
  const outputByUsage = usage?.outputTokens ?? null;
  const ok = sample.outcome === 'ok';
  const inputTokens = inputByUsage ?? (ok ? sample.inputTokens : null);
  const outputTokens = outputByUsage ?? (ok ? sample.outputTokens : null);
  if (inputTokens === null || outputTokens === null) return null;
  const fromUsage = Number(inputByUsage !== null) + Number(outputByUsage !== null);
  return {
    inputTokens,
    cachedInputTokens: Math.min(usage?.cachedTokens ?? 0, inputTokens),
    outputTokens,
    reasoningTokens: Math.min(usage?.reasoningTokens ?? 0, outputTokens),
    source: fromUsage === 2 ? 'usage' : fromUsage === 0 ? 'tokenizer' : 'mixed',
  };
}
