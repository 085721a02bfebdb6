import { z } from 'zod';
import type { UsageStatement } from '../usage-statement.ts';

/** Makes a schema accept missing values. An invalid value is treated as missing. */
export const optional = <S extends z.ZodType>(schema: S) => schema.nullish().catch(null);

/** The names of each count, in all protocols, because compatible servers mix them. `/` leads into an object. */
const places = {
  inputTokens: [
    'prompt_tokens',
    'input_tokens',
    'promptTokenCount',
    'inputTokens',
    'inputTokenCount',
    'prompt_eval_count',
    'input_length',
  ],
  outputTokens: [
    'completion_tokens',
    'output_tokens',
    'candidatesTokenCount',
    'outputTokens',
    'outputTokenCount',
    'eval_count',
    'generated_tokens',
  ],
  totalTokens: ['total_tokens', 'totalTokenCount', 'totalTokens'],
  cachedTokens: [
    'prompt_tokens_details/cached_tokens',
    'input_tokens_details/cached_tokens',
    'prompt_cache_hit_tokens',
    'cache_read_input_tokens',
    'cached_tokens',
    'num_cached_tokens',
    'cachedContentTokenCount',
    'cacheReadInputTokens',
    'cacheReadInputTokenCount',
  ],
  cacheWrittenTokens: ['cache_creation_input_tokens', 'cacheWriteInputTokens', 'cacheWriteInputTokenCount'],
  reasoningTokens: [
    'completion_tokens_details/reasoning_tokens',
    'output_tokens_details/reasoning_tokens',
    'output_tokens_details/thinking_tokens',
    'reasoning_tokens',
    'thoughtsTokenCount',
    'reasoningTokens',
  ],
  /** Input that results of tools add, which Gemini counts apart. */
  toolInputTokens: ['toolUsePromptTokenCount'],
} satisfies Record<keyof UsageStatement, readonly string[]>;

type Values = Readonly<Record<string, unknown>>;

/** A larger number of tokens is not the count of a request, and the sums of a run might not be exact. */
const maxCount = 1e8;

const countSchema = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,12}$/)
      .transform(Number),
  ])
  .pipe(z.int().min(0).max(maxCount));
const countPlaces = Object.entries(places).map(([count, names]) => ({
  count: count as keyof typeof places, // `entries` loses the type of the keys
  paths: names.map((name) => name.split('/')),
}));

/** Returns the token counts of an object, or null if it states none. */
export function readCounts(value: unknown): UsageStatement | null {
  if (!isObject(value)) return null;
  const stated: UsageStatement = {};
  for (const { count, paths } of countPlaces)
    for (const [outer, inner] of paths) {
      if (outer === undefined || !(outer in value)) continue;
      const found = value[outer];
      const told = countSchema.safeParse(inner === undefined ? found : isObject(found) ? found[inner] : undefined);
      if (told.success) stated[count] = Math.max(stated[count] ?? 0, told.data);
    }
  return Object.keys(stated).length === 0 ? null : stated;
}

const usageNames = new Set([
  'usage',
  'usageMetadata',
  'usage_metadata',
  'token_usage',
  'amazon-bedrock-invocationMetrics',
]);

/** Returns the usage of a message: at its top, in its first choice, or in an object of the vendor. Null: none. */
export function findUsage(value: unknown): UsageStatement | null {
  if (!isObject(value)) return null;
  let stated = readUsageOf(value, null);
  for (const name in value) {
    const part = value[name];
    if (typeof part !== 'object' || part === null) continue;
    const inner: unknown = Array.isArray(part) ? part[0] : part;
    stated = readUsageOf(inner, stated);
    if (!Array.isArray(part) || !isObject(inner)) continue;
    stated = readUsageOf(inner['delta'], stated);
    stated = readUsageOf(inner['message'], stated);
  }
  return stated;
}

function readUsageOf(holder: unknown, known: UsageStatement | null): UsageStatement | null {
  if (!isObject(holder)) return known;
  let stated = known;
  // One pass over the few names of an event is faster than a search for each name of a usage.
  for (const name in holder) if (usageNames.has(name)) stated = mergeUsage(stated, readCounts(holder[name]));
  return stated;
}

/** Returns the counts after one more statement. A later zero or absence never replaces an earlier count. */
export function mergeUsage(
  known: UsageStatement | null,
  next: UsageStatement | null | undefined,
): UsageStatement | null {
  if (next === null || next === undefined || known === null) return next ?? known;
  const merged = { ...known };
  for (const { count } of countPlaces) {
    const told = next[count];
    if (told !== undefined && (told > 0 || merged[count] === undefined)) merged[count] = told;
  }
  return merged;
}

export function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
