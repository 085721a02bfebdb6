import type { TokenCounts } from '../../../metrics/measure-token-counts.ts';
import { getWorkloadKind, type Workload } from '../../../workload/workload.ts';

const consequence = {
  cold: 'though the run was to be cold: these prompts were sent before (by a run of the same seed, or to another target of the same server), or something shared stands before them, such as a template. Give another seed',
  warm: 'TTFT and the time per input token are those of a warm one',
  history: 'as is to be expected where a turn repeats what was said before; see turns',
} as const;

/**
 * Whether the cache was as it was to be: what the server says it took from one, and prompts that came again.
 * @param planned requests of the plan, warm-up included
 */
export function warnOfCache(workload: Workload, tokens: TokenCounts, planned: number): string[] {
  const kind = getWorkloadKind(workload);
  const cache = kind.findCacheUse(workload);
  const warnings: string[] = [];
  const { usageCachedTokens, cachedInputShare, cachedRequestShare } = tokens;
  if (usageCachedTokens.max !== null && usageCachedTokens.max > 0) {
    const share = cachedInputShare.value === null ? '' : `${(cachedInputShare.value * 100).toFixed(1)} % of `;
    const hits = Math.round((cachedRequestShare.value ?? 0) * cachedRequestShare.n);
    warnings.push(
      `The server took ${share}input tokens from a cache, in ${hits} of ${cachedRequestShare.n} requests that tell: ${consequence[cache]}.`,
    );
  }
  const distinct = cache === 'warm' ? (kind.countPrompts?.(workload) ?? null) : null;
  if (distinct !== null && planned > distinct)
    warnings.push(
      `Prompts repeat: ${planned} requests, warm-up included, are asked with ${distinct} ${distinct === 1 ? 'prompt' : 'prompts'}, so that a cache may help all but the first of each.`,
    );
  return warnings;
}
