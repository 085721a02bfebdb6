import { type Random, Shuffle } from '../distributions/seeded-random.ts';
import { countTokensAfterLineBreak } from '../tokenizers/count-tokens.ts';

/** Lines that prompts are drawn from. */
export type LineCorpus = {
  /** Nonempty lines without surrounding white space, which chat templates may strip. */
  lines: readonly string[];
  /** Returns the tokens that a line adds after a line break, excluding the break. */
  tokensOfLine(index: number): number;
  /** The indices 0, 1, 2, … of the lines, for `Shuffle`. */
  indices: Uint16Array | Uint32Array;
};

/** Maximum length of a line in characters. The time to cut a line grows with the square of its length. */
const longestLine = 400;

/** Creates a corpus from the nonblank lines of a text. Splits long lines after a word and counts tokens on first use. */
export function createLineCorpus(text: string): LineCorpus {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|[\n\r]/)
    .flatMap(splitLine);
  const tokensKept = new Uint32Array(lines.length);
  return {
    lines,
    tokensOfLine: (index) => {
      const kept = tokensKept[index] ?? 0;
      if (kept > 0) return kept;
      const tokens = countTokensAfterLineBreak(lines[index] ?? '');
      tokensKept[index] = tokens;
      return tokens;
    },
    indices: Uint32Array.from(lines.keys()),
  };
}

function splitLine(line: string): string[] {
  const parts: string[] = [];
  let rest = line.trim();
  while (rest.length > longestLine) {
    const space = rest.lastIndexOf(' ', longestLine);
    const unit = rest.charCodeAt(longestLine - 1);
    // Keep surrogate pairs together.
    const end = space > 0 ? space : unit >= 0xd800 && unit < 0xdc00 ? longestLine - 1 : longestLine;
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...parts, rest].filter((part) => part !== '');
}

export type PickedLines = {
  /** The text to append to the task: a blank line, then the lines. */
  text: string;
  /** The lines in the text. The last one may be cut. */
  lines: readonly string[];
};

/**
 * Picks random lines that add exactly `tokens` tokens to a text without a final line break. Every line occurs once before
 * any line repeats. The last line is cut to fit, after a whole word if possible.
 * @param tokens 3 or more: two line breaks and a token
 */
export function pickLines(corpus: LineCorpus, random: Random, tokens: number): PickedLines {
  const { lines, indices } = corpus;
  const picked: string[] = [];
  const shuffle = new Shuffle(random, indices);
  let left = tokens - 1;
  while (left > 1) {
    const index = shuffle.next();
    const cost = 1 + corpus.tokensOfLine(index);
    if (cost <= left) {
      picked.push(lines[index] ?? '');
      left -= cost;
      continue;
    }
    const ending = findEnding(corpus, lines[index] ?? '', left - 1, shuffle);
    if (ending !== null) picked.push(ending.text);
    left -= ending === null ? 0 : 1 + ending.tokens;
    break;
  }
  // Line breaks replace tokens that do not suffice for a line break and the next word or character.
  return { text: `\n\n${'\n'.repeat(Math.max(0, left))}${picked.join('\n')}`, lines: picked };
}

const mostTries = 20;

/** Finds the beginning of an upcoming line that ends with a word and has exactly `tokens` tokens. Otherwise cuts `nextLine`. */
function findEnding(corpus: LineCorpus, nextLine: string, tokens: number, shuffle: Shuffle) {
  let line = nextLine;
  for (let tries = 0; tries < mostTries; tries++) {
    const text = cutLineAtWord(line, tokens);
    if (text !== null) return { text, tokens };
    if (shuffle.leftInRound === 0) break;
    line = corpus.lines[shuffle.next()] ?? '';
  }
  // A character can have several tokens, so a beginning with exactly this count may not exist.
  for (let fewer = tokens; fewer > 0; fewer--) {
    const text = cutLine(nextLine, fewer);
    if (text !== null) return { text, tokens: fewer };
  }
  return null;
}

/** Returns the beginning of a line that ends with a word and adds `tokens` tokens after a line break, or null. */
export function cutLineAtWord(line: string, tokens: number): string | null {
  for (let end = line.indexOf(' '); ; end = line.indexOf(' ', end + 1)) {
    const begun = end < 0 ? line : line.slice(0, end);
    const count = countTokensAfterLineBreak(begun);
    if (count === tokens && !endsBadly.test(begun)) return begun;
    if (count > tokens || end < 0) return null;
  }
}

/** Returns the longest beginning of a line that adds `tokens` tokens after a line break, or null. It can end within a word. */
export function cutLine(line: string, tokens: number): string | null {
  for (let length = line.length; length > 0; length--) {
    const begun = line.slice(0, length);
    if (!endsBadly.test(begun) && countTokensAfterLineBreak(begun) === tokens) return begun;
  }
  return null;
}

/** Matches a cut after white space or inside a surrogate pair. */
const endsBadly = /[\s\ud800-\udbff]$/;
