import { z } from 'zod';
import type { Usage } from '../../sample/sample.ts';

/** A token count of a provider; a value that is not a count is treated as missing. */
export const tokenCount = z.number().int().min(0).nullish().catch(null);

/** The `usage` object of the OpenAI protocols. */
export const openaiUsageSchema = z.object({
  prompt_tokens: tokenCount,
  completion_tokens: tokenCount,
  prompt_tokens_details: z.object({ cached_tokens: tokenCount }).nullish().catch(null),
  prompt_cache_hit_tokens: tokenCount,
  completion_tokens_details: z.object({ reasoning_tokens: tokenCount }).nullish().catch(null),
});

/** Returns the token counts of an OpenAI `usage` object; null if it has none. */
export function readOpenaiUsage(usage: z.infer<typeof openaiUsageSchema> | null | undefined): Usage | null {
  if (usage === null || usage === undefined) return null;
  return toUsage({
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens,
  });
}

/** Returns the counts as usage, missing ones as null; null if all are missing. */
export function toUsage(counts: { [K in keyof Usage]?: number | null | undefined }): Usage | null {
  const usage: Usage = {
    inputTokens: counts.inputTokens ?? null,
    outputTokens: counts.outputTokens ?? null,
    cachedTokens: counts.cachedTokens ?? null,
    reasoningTokens: counts.reasoningTokens ?? null,
  };
  return Object.values(usage).every((value) => value === null) ? null : usage;
}

/** Returns the sum of the known counts; null if none is known. */
export function sumKnown(...counts: (number | null | undefined)[]): number | null {
  const known = counts.filter((count) => count !== null && count !== undefined);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}

/**
 * Returns the usage after one more event: the latest value of each count. Some protocols report usage in two events.
 */
export function mergeUsage(known: Usage | null, next: Usage | undefined): Usage | null {
  if (next === undefined || known === null) return next ?? known;
  return {
    inputTokens: next.inputTokens ?? known.inputTokens,
    outputTokens: next.outputTokens ?? known.outputTokens,
    cachedTokens: next.cachedTokens ?? known.cachedTokens,
    reasoningTokens: next.reasoningTokens ?? known.reasoningTokens,
  };
}
