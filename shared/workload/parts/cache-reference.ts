import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { z } from 'zod';
import { type Random, seededRandom } from '../distributions/seeded-random.ts';
import type { PromptKind } from '../prompt.ts';

/** The schema of `cache` for given prompts. */
export const givenCacheSchema = z
  .enum(['cold', 'warm'])
  .optional()
  .describe('warm: prompts are sent unchanged. cold: each prompt starts with unique words. Default: warm');

type GivenCache = { cache?: 'cold' | 'warm' | undefined };

/** Draws a reference of 64 random bits. Uses letters only, so that it adds no number to the prompt. */
export function drawReference(random: Random): string {
  const groups = Array.from({ length: 4 }, () => {
    const bits = uniformInt(random, 0, 0xffff);
    return [12, 8, 4, 0].map((shift) => referenceLetters[(bits >> shift) & 15]).join('');
  });
  return groups.join(' ');
}

const referenceLetters = 'abcdefghijklmnop';
/** A reference with the maximum number of tokens: each letter is one token. */
export const longestReference = 'bbhc bbhc bbhc bbhc';

/** Writes the first line of a prompt with a cold cache, which no other prompt has. */
export function writeReferenceLine(reference: string): string {
  return `${reference}: a reference, not part of the task.\n`;
}

/** Writes the reference line of a request with a cold cache, or an empty string. */
export function writeReference({ cache }: GivenCache, seed: number, kind: PromptKind, number: number): string {
  return cache === 'cold' ? writeReferenceLine(drawReference(seededRandom(seed, 'reference', kind, number))) : '';
}

/** Describes a cold cache at the end of a description. Returns an empty string for a warm cache. */
export function describeGivenCache({ cache }: GivenCache): string {
  return cache === 'cold' ? ', cold cache' : '';
}
