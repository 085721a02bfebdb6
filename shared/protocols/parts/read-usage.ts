import { z } from 'zod';
import type { Usage } from '../../sample/sample.ts';

const count = z.number().int().min(0).nullish().catch(null);

/** The `usage` object of the OpenAI protocols, as lenient as providers are loose: what does not fit is not said. */
export const usageObjectSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(null),
  prompt_cache_hit_tokens: count,
  completion_tokens_details: z.object({ reasoning_tokens: count }).nullish().catch(null),
});

/** Token counts of a `usage` object; null where there is none, or where it says nothing. */
export function readUsage(usage: z.infer<typeof usageObjectSchema> | null | undefined): Usage | null {
  if (usage === null || usage === undefined) return null;
  const counts: Usage = {
    inputTokens: usage.prompt_tokens ?? null,
    outputTokens: usage.completion_tokens ?? null,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? null,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? null,
  };
  return Object.values(counts).every((value) => value === null) ? null : counts;
}
