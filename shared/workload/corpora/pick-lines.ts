import type { Random } from '../distributions/seeded-random.ts';
import { Shuffle } from '../distributions/shuffle.ts';
import { cutLine, cutLineAtWord } from './cut-line.ts';
import type { LineCorpus } from './line-corpus.ts';

export type PickedLines = {
  /** To stand right behind the task: a blank line, then the lines. */
  text: string;
  /** The lines as they stand in the text; the last one may be the beginning of one. */
  lines: readonly string[];
};

/**
 * Random lines whose text adds exactly `tokens` tokens behind a text that does not end in a line break. No line comes
 * again before all others have come; then in another order. The last line is cut to fit, after a word where it can be.
 * @param tokens - 3 or more: two line breaks and a token
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
  // Tokens too few for a line break and a word (of a text of one's own: for the next character) become line breaks.
  return { text: `\n\n${'\n'.repeat(Math.max(0, left))}${picked.join('\n')}`, lines: picked };
}

const mostTries = 20;

type Ending = { text: string; tokens: number };

/** The beginning of the first of the coming lines where a word ends at the count: of the next but for lack of one. */
function findEnding(corpus: LineCorpus, nextLine: string, tokens: number, shuffle: Shuffle): Ending | null {
  let line = nextLine;
  for (let tries = 0; tries < mostTries; tries++) {
    const text = cutLineAtWord(line, tokens);
    if (text !== null) return { text, tokens };
    if (shuffle.leftInRound === 0) break;
    line = corpus.lines[shuffle.next()] ?? '';
  }
  // A character may be several tokens, so that no beginning has the very count: then one that has fewer.
  for (let fewer = tokens; fewer > 0; fewer--) {
    const text = cutLine(nextLine, fewer);
    if (text !== null) return { text, tokens: fewer };
  }
  return null;
}
