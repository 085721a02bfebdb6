import type { Usage } from '../../sample/sample.ts';

/** What is known of usage after one more telling: the last said of each count. Some protocols tell it in two events. */
export function mergeUsage(known: Usage | null, told: Usage | undefined): Usage | null {
  if (told === undefined || known === null) return told ?? known;
  return {
    inputTokens: told.inputTokens ?? known.inputTokens,
    outputTokens: told.outputTokens ?? known.outputTokens,
    cachedTokens: told.cachedTokens ?? known.cachedTokens,
    reasoningTokens: told.reasoningTokens ?? known.reasoningTokens,
  };
}
