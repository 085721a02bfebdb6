import { countTokensAfterLineBreak } from '../tokenizers/count-tokens.ts';

/** The beginning of a line that ends with a word and has exactly so many tokens behind a line break; null: none has. */
export function cutLineAtWord(line: string, tokens: number): string | null {
  for (let end = line.indexOf(' '); ; end = line.indexOf(' ', end + 1)) {
    const begun = end < 0 ? line : line.slice(0, end);
    const count = countTokensAfterLineBreak(begun);
    if (count === tokens && !endsBadly.test(begun)) return begun;
    if (count > tokens || end < 0) return null;
  }
}

/**
 * The longest beginning of a line that has exactly so many tokens behind a line break, cut within a word if need be.
 * A line of the sonnets has one for every count up to its own; null where there is none.
 */
export function cutLine(line: string, tokens: number): string | null {
  for (let length = line.length; length > 0; length--) {
    const begun = line.slice(0, length);
    if (!endsBadly.test(begun) && countTokensAfterLineBreak(begun) === tokens) return begun;
  }
  return null;
}

/** In white space, or between the halves of a surrogate pair. */
const endsBadly = /[\s\ud800-\udbff]$/;
