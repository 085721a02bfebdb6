import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { Random } from '../distributions/seeded-random.ts';
import { countTokens } from '../tokenizers/count-tokens.ts';
import { numberToWords } from './number-to-words.ts';

/** The checksum number has five digits: see docs/decisions/0001-checksum-number.md. */
export const checksumNumbers = { min: 10_000, max: 99_999 } as const;

export function drawChecksumNumber(random: Random): number {
  return uniformInt(random, checksumNumbers.min, checksumNumbers.max);
}

/** Asks for a number, given in words, in digits and before all else: the checksum. */
export function numberTask(number: number): string {
  return `Convert this number from words to digits: ${numberToWords(number)}.\nPrint the number first, digits only.`;
}

let longestKept: number | null = null;

/** Finds a checksum number with the most tokens in words: words add up, so its two groups are searched apart. */
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
