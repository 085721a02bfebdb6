import { z } from 'zod';
import type { Usage } from '../../sample/sample.ts';

/** Makes a schema accept missing values. An invalid value is treated as missing. */
export const optional = <S extends z.ZodType>(schema: S) => schema.nullish().catch(null);

export const tokenCount = optional(z.number().int().min(0));

export const openaiUsageSchema = z.object({
  prompt_tokens: tokenCount,
  completion_tokens: tokenCount,
  prompt_tokens_details: optional(z.object({ cached_tokens: tokenCount })),
  prompt_cache_hit_tokens: tokenCount,
  completion_tokens_details: optional(z.object({ reasoning_tokens: tokenCount })),
});

/** Returns the token counts of an OpenAI `usage` object, or null if the object contains no counts. */
export function readOpenaiUsage(usage: z.infer<typeof openaiUsageSchema> | null | undefined): Usage | null {
  if (usage === null || usage === undefined) return null;
  return toUsage({
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens,
  });
}

/** Converts token counts to usage, with null for each missing count. Returns null if all counts are missing. */
export function toUsage(counts: { [K in keyof Usage]?: number | null | undefined }): Usage | null {
  const usage: Usage = {
    inputTokens: counts.inputTokens ?? null,
    outputTokens: counts.outputTokens ?? null,
    cachedTokens: counts.cachedTokens ?? null,
    reasoningTokens: counts.reasoningTokens ?? null,
  };
  return Object.values(usage).every((value) => value === null) ? null : usage;
}

/** Returns the sum of the known counts, or null if no count is known. */
export function sumKnown(...counts: (number | null | undefined)[]): number | null {
  const known = counts.filter((count) => count !== null && count !== undefined);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}

/** Returns the latest value of each token count after one more event. Some protocols split usage over two events. */
export function mergeUsage(known: Usage | null, next: Usage | undefined): Usage | null {
  if (next === undefined || known === null) return next ?? known;
  return { ...known, ...Object.fromEntries(Object.entries(next).filter(([, count]) => count !== null)) };
}
