import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { cutLine, cutLineAtWord } from './cut-line.ts';
import type { Random } from './seeded-random.ts';
import { sonnetCorpus } from './sonnet-corpus.ts';

export type SonnetLines = {
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
export function pickSonnetLines(random: Random, tokens: number): SonnetLines {
  const { lines, lineTokens, indices } = sonnetCorpus();
  const picked: string[] = [];
  const shuffle = new Shuffle(random, indices);
  let left = tokens - 1;
  while (left > 1) {
    const index = shuffle.next();
    const cost = 1 + (lineTokens[index] ?? 0);
    if (cost <= left) picked.push(lines[index] ?? '');
    else picked.push(endingOf(lines[index] ?? '', left - 1, shuffle));
    left -= Math.min(cost, left);
  }
  // One token left is too few for a line break and a word: it becomes one more line break before the lines.
  return { text: `\n\n${'\n'.repeat(left)}${picked.join('\n')}`, lines: picked };
}

const mostTries = 20;

/** The beginning of the first of the coming lines where a word ends at the count: of the next but for lack of one. */
function endingOf(nextLine: string, tokens: number, shuffle: Shuffle): string {
  let line = nextLine;
  for (let tries = 0; tries < mostTries; tries++) {
    const ending = cutLineAtWord(line, tokens);
    if (ending !== null) return ending;
    if (shuffle.leftInRound === 0) break;
    line = sonnetCorpus().lines[shuffle.next()] ?? '';
  }
  return cutLine(nextLine, tokens);
}

/** Indices in random order, round after round, each in an order of its own: Fisher-Yates, step by step. */
class Shuffle {
  readonly #random: Random;
  readonly #indices: Uint16Array;
  #taken = 0;

  /** @param indices in any order; copied */
  constructor(random: Random, indices: Uint16Array) {
    this.#random = random;
    this.#indices = indices.slice();
  }

  get leftInRound(): number {
    return this.#indices.length - this.#taken;
  }

  next(): number {
    if (this.leftInRound === 0) this.#taken = 0;
    const from = uniformInt(this.#random, this.#taken, this.#indices.length - 1);
    const index = this.#indices[from] ?? 0;
    this.#indices[from] = this.#indices[this.#taken] ?? 0;
    this.#indices[this.#taken] = index;
    this.#taken++;
    return index;
  }
}
