import { runAtOnce, type Steps } from '../../time-slices.ts';
import { type Random, Shuffle } from '../distributions/seeded-random.ts';
import { countTokensAfterLineBreak, countTokensOfBeginnings } from '../tokenizers/count-tokens.ts';

/** Lines of text from which prompts are built. */
export type LineCorpus = {
  /** Nonempty lines without leading or trailing white space, because chat templates may remove it. */
  lines: readonly string[];
  /** Returns the number of tokens that a line adds after a line break, not including the line break. */
  tokensOfLine(index: number): number;
  /** The line indices 0, 1, 2, …, as input for `Shuffle`. */
  indices: Uint16Array | Uint32Array;
};

/** Maximum number of characters in a line. Another value would change the prompts of existing runs. */
const longestLine = 400;

/** Creates a corpus from the nonblank lines of a text. Splits long lines between words. Counts tokens when needed. */
export function* createLineCorpusInSteps(text: string): Steps<LineCorpus> {
  const lines: string[] = [];
  for (const line of listLines(text.replace(/^\ufeff/, ''))) {
    lines.push(...splitLine(line));
    yield;
  }
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
    indices: tokensKept.map((_, index) => index),
  };
}

/** Creates a corpus from a short text. */
export function createLineCorpus(text: string): LineCorpus {
  return runAtOnce(createLineCorpusInSteps(text));
}

function* listLines(text: string): Generator<string> {
  const ends = /\r\n|[\n\r]/g;
  let from = 0;
  for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
    yield text.slice(from, end.index);
    from = ends.lastIndex;
  }
  yield text.slice(from);
}

function splitLine(line: string): string[] {
  const parts: string[] = [];
  let rest = line.trim();
  while (rest.length > longestLine) {
    const space = rest.lastIndexOf(' ', longestLine);
    const unit = rest.charCodeAt(longestLine - 1);
    // Keeps surrogate pairs together.
    const end = space > 0 ? space : unit >= 0xd800 && unit < 0xdc00 ? longestLine - 1 : longestLine;
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...parts, rest].filter((part) => part !== '');
}

export type PickedLines = {
  /** Text to append to the task: a blank line, then the lines. */
  text: string;
  /** The lines in the text. The last line may be incomplete. */
  lines: readonly string[];
};

/**
 * Picks random lines that add exactly `tokens` tokens to a text that does not end with a line break. No line repeats
 * until all lines have been used. The last line is cut to fit, after a whole word if possible.
 * @param tokens at least 3: two line breaks and one token
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
  // If too few tokens remain for another line break and a word, line breaks use up these tokens.
  return { text: `\n\n${'\n'.repeat(Math.max(0, left))}${picked.join('\n')}`, lines: picked };
}

const mostTries = 20;

/** Searches the next lines for one whose first words have exactly `tokens` tokens. Otherwise, cuts `nextLine`. */
function findEnding(corpus: LineCorpus, nextLine: string, tokens: number, shuffle: Shuffle) {
  let line = nextLine;
  for (let tries = 0; tries < mostTries; tries++) {
    const text = cutLineAtWord(line, tokens);
    if (text !== null) return { text, tokens };
    if (shuffle.leftInRound === 0) break;
    line = corpus.lines[shuffle.next()] ?? '';
  }
  // A character can have several tokens, so it may be impossible to cut after exactly this number of tokens.
  const beginnings = countTokensOfBeginnings(nextLine);
  for (let fewer = tokens; fewer > 0; fewer--) {
    const text = cutLine(nextLine, fewer, beginnings);
    if (text !== null) return { text, tokens: fewer };
  }
  return null;
}

/** Cuts a line after a whole word so that it adds exactly `tokens` tokens after a line break, or returns null. */
export function cutLineAtWord(line: string, tokens: number): string | null {
  const beginnings = countTokensOfBeginnings(line);
  for (let end = line.indexOf(' '); ; end = line.indexOf(' ', end + 1)) {
    const begun = end < 0 ? line : line.slice(0, end);
    const count = beginnings[begun.length] ?? 0;
    if (count === tokens && !endsBadly.test(begun)) return begun;
    if (count > tokens || end < 0) return null;
  }
}

/**
 * Cuts a line (maybe within a word) so that it adds exactly `tokens` tokens after a line break, or returns null.
 * @param beginnings the result of `countTokensOfBeginnings` for the line
 */
export function cutLine(line: string, tokens: number, beginnings: Uint32Array): string | null {
  for (let length = beginnings.lastIndexOf(tokens); length > 0; length = beginnings.lastIndexOf(tokens, length - 1)) {
    const begun = line.slice(0, length);
    if (!endsBadly.test(begun)) return begun;
  }
  return null;
}

/** Matches text that ends with white space or in the middle of a surrogate pair. */
const endsBadly = /[\s\ud800-\udbff]$/;
