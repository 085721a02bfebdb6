import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { z } from 'zod';
import { type Random, seededRandom } from '../distributions/seeded-random.ts';
import type { PromptKind } from '../prompt.ts';

/** Of workloads whose prompts are sent as they stand unless asked otherwise; left out it means `warm`. */
export const givenCacheSchema = z
  .enum(['cold', 'warm'])
  .optional()
  .describe(
    'warm (if left out): as they stand; cold: words of its own before each prompt, so that no prefix is shared',
  );

type GivenCache = { cache?: 'cold' | 'warm' | undefined };

/** Draws four letters for each four bits of 64: no digits, so that the prompt has no number but those it asks for. */
export function drawReference(random: Random): string {
  const groups = Array.from({ length: 4 }, () => {
    const bits = uniformInt(random, 0, 0xffff);
    return [12, 8, 4, 0].map((shift) => referenceLetters[(bits >> shift) & 15]).join('');
  });
  return groups.join(' ');
}

const referenceLetters = 'abcdefghijklmnop';
/** Each letter a token of its own: no reference has more tokens. */
export const longestReference = 'bbhc bbhc bbhc bbhc';

/** Writes what a prompt of a cold cache begins with, so that it shares no beginning with another. */
export function referenceLine(reference: string): string {
  return `${reference}: a reference, not part of the task.\n`;
}

/** Writes the reference line of one request, or nothing if its cache is not to be cold. */
export function writeReference({ cache }: GivenCache, seed: number, kind: PromptKind, number: number): string {
  return cache === 'cold' ? referenceLine(drawReference(seededRandom(seed, 'reference', kind, number))) : '';
}

/** Describes the cache as the end of a line about the workload: nothing if it is as is usual. */
export function describeGivenCache({ cache }: GivenCache): string {
  return cache === 'cold' ? ', cold cache' : '';
}
