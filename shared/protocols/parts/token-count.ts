import { z } from 'zod';
import type { Usage } from '../../sample/sample.ts';

/** A count as providers say it: what does not fit is not said. */
export const tokenCount = z.number().int().min(0).nullish().catch(null);

/** Usage, or null where nothing is said. */
export function usageOf(counts: { [K in keyof Usage]?: number | null | undefined }): Usage | null {
  const usage: Usage = {
    inputTokens: counts.inputTokens ?? null,
    outputTokens: counts.outputTokens ?? null,
    cachedTokens: counts.cachedTokens ?? null,
    reasoningTokens: counts.reasoningTokens ?? null,
  };
  return Object.values(usage).every((value) => value === null) ? null : usage;
}

/** The sum of what is said; null where nothing is. */
export function sumOf(...counts: (number | null | undefined)[]): number | null {
  const said = counts.filter((count) => count !== null && count !== undefined);
  return said.length === 0 ? null : said.reduce((sum, count) => sum + count, 0);
}
