import type { Sample } from '../sample/sample.ts';
import type { TokenCounts } from './compute-request-cost-usd.ts';

/** Where billed counts come from: the server's `usage`, our tokenizer, or one count from each. */
export type TokenSource = 'usage' | 'tokenizer' | 'mixed';

/**
 * The token counts a request is billed by: the server's `usage` where given, else the tokenizer's. A request that did not
 * end well is taken as billed only where `usage` says so: whether and how far a server bills a failure, only it knows.
 * Cached input and reasoning are what `usage` tells of them, and never more than the counts they are part of.
 * Null where that leaves a count unknown.
 */
export function countBilledTokens(sample: Sample): (Required<TokenCounts> & { source: TokenSource }) | null {
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
