import { numberToWords } from './number-to-words.ts';

/** Asks for a number, given in words, in digits and before all else: the checksum. */
export function numberTask(number: number): string {
  return `Convert this number from words to digits: ${numberToWords(number)}.\nPrint the number first, digits only.`;
}
