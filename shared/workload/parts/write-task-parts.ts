import { toCardinal } from 'n2words/en-GB';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { z } from 'zod';
import { type Random, seededRandom } from '../distributions/seeded-random.ts';
import type { PromptKey } from '../prompt.ts';
import { countTokens } from '../tokenizers/count-tokens.ts';

/** Schema of the field `cache` for a user's own prompts. */
export const givenCacheSchema = z
  .enum(['cold', 'warm'])
  .optional()
  .describe('warm: prompts are sent unchanged. cold: each prompt starts with unique words. Default: warm');

type GivenCache = { cache?: 'cold' | 'warm' | undefined };

/** Draws a reference of 64 random bits. It contains only letters, so that the prompt contains no additional number. */
export function drawReference(random: Random): string {
  const groups = Array.from({ length: 4 }, () => {
    const bits = uniformInt(random, 0, 0xffff);
    return [12, 8, 4, 0].map((shift) => referenceLetters[(bits >> shift) & 15]).join('');
  });
  return groups.join(' ');
}

const referenceLetters = 'abcdefghijklmnop';
/** A reference with the largest possible number of tokens, because each letter is a separate token. */
export const longestReference = 'bbhc bbhc bbhc bbhc';

/** Writes the first line of a prompt for a cold cache. No other prompt starts with the same line. */
export function writeReferenceLine(reference: string): string {
  return `${reference}: a reference, not part of the task.\n`;
}

/** Writes the reference line of a request for a cold cache. Returns an empty string for a warm cache. */
export function writeReference({ cache }: GivenCache, { seed, kind, number }: PromptKey): string {
  return cache === 'cold' ? writeReferenceLine(drawReference(seededRandom(seed, 'reference', kind, number))) : '';
}

/** Returns words about a cold cache, to append to a description. Returns an empty string for a warm cache. */
export function describeGivenCache({ cache }: GivenCache): string {
  return cache === 'cold' ? ', cold cache' : '';
}

/** Range of checksum numbers. docs/decisions/0001-checksum-number.md explains why they have five digits. */
export const checksumNumbers = { min: 10_000, max: 99_999 } as const;

export function drawChecksumNumber(random: Random): number {
  return uniformInt(random, checksumNumbers.min, checksumNumbers.max);
}

/** Writes the checksum task: convert a number from words to digits and print it at the start of the response. */
export function writeNumberTask(number: number): string {
  return `Convert this number from words to digits: ${numberToWords(number)}.\nPrint the number first, digits only.`;
}

let longestKept: number | null = null;

/** Finds the checksum number that has the most tokens in words. Searches thousands and remainder separately. */
export function findLongestNumber(): number {
  longestKept ??=
    longestInWords(checksumNumbers.min / 1_000, Math.floor(checksumNumbers.max / 1_000)) * 1_000 +
    longestInWords(100, 999);
  return longestKept;
}

function longestInWords(min: number, max: number): number {
  let longest = { number: min, tokens: 0 };
  for (let number = min; number <= max; number++) {
    const tokens = countTokens(numberToWords(number));
    if (tokens > longest.tokens) longest = { number, tokens };
  }
  return longest.number;
}

/**
 * Writes an integer from 0 to 999,999,999 in English words like Python's num2words, which LLMPerf uses: "one thousand,
 * two hundred and thirty-four". The library n2words writes no commas, so this function joins the groups of digits.
 * @throws RangeError for other numbers
 */
export function numberToWords(number: number): string {
  if (!Number.isInteger(number) || number < 0 || number > 999_999_999)
    throw new RangeError(`${number} is not an integer from 0 to 999,999,999`);
  const millions = Math.floor(number / 1_000_000);
  const thousands = Math.floor(number / 1_000) % 1_000;
  const rest = number % 1_000;
  const groups: string[] = [];
  if (millions > 0) groups.push(`${toCardinal(millions)} million`);
  if (thousands > 0) groups.push(`${toCardinal(thousands)} thousand`);
  if (groups.length > 0 && rest > 0 && rest < 100) return `${groups.join(', ')} and ${toCardinal(rest)}`;
  if (groups.length === 0 || rest > 0) groups.push(toCardinal(rest));
  return groups.join(', ');
}
