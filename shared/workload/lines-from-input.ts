/** Of two lines' words, the share that both have (Dice): two words changed in a line of eight still pass. */
const closeAt = 0.75;

/**
 * Share of the answer's lines that are close to a line of the input: the blog's second check of sanity. Case,
 * punctuation, digits (numbering, the checksum) and spacing do not count. The last line, which the output limit may
 * have cut, is close also where an input line begins with it. Lines without a letter are left out.
 * @returns 0 to 1; null where the answer has no line with a letter
 */
export function linesFromInput(inputLines: readonly string[], answer: string): number | null {
  const answerLines = answer
    .split(/\r\n|[\n\r]/)
    .map(splitWords)
    .filter((words) => words.length > 0);
  if (answerLines.length === 0) return null;
  const index = indexWords(inputLines.map(splitWords));
  const last = answerLines.length - 1;
  const close = answerLines.filter(
    (words, position) => isClose(words, index) || (position === last && beginsLine(words, index)),
  );
  return close.length / answerLines.length;
}

function splitWords(line: string): string[] {
  return (
    line
      .normalize('NFKD')
      .toLowerCase()
      // An apostrophe joins ("feed'st"); a mark over a letter goes; all else parts.
      .replace(/['\u2018\u2019\p{M}]/gu, '')
      .match(/\p{L}+/gu) ?? []
  );
}

type WordIndex = {
  lines: readonly (readonly string[])[];
  texts: readonly string[];
  /** Which lines hold a word, and how often. */
  places: ReadonlyMap<string, ReadonlyMap<number, number>>;
};

function indexWords(lines: readonly (readonly string[])[]): WordIndex {
  const places = new Map<string, Map<number, number>>();
  for (const [line, words] of lines.entries())
    for (const [word, times] of countWords(words)) {
      const held = places.get(word) ?? new Map<number, number>();
      held.set(line, times);
      places.set(word, held);
    }
  return { lines, texts: lines.map((words) => words.join(' ')), places };
}

function countWords(words: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  return times;
}

/** Looks only at input lines that share a word, so that a long answer against a long prompt takes little time. */
function isClose(words: readonly string[], { lines, places }: WordIndex): boolean {
  const shared = new Map<number, number>();
  for (const [word, times] of countWords(words))
    for (const [line, held] of places.get(word) ?? [])
      shared.set(line, (shared.get(line) ?? 0) + Math.min(times, held));
  for (const [line, both] of shared)
    if ((2 * both) / (words.length + (lines[line]?.length ?? 0)) >= closeAt) return true;
  return false;
}

function beginsLine(words: readonly string[], { texts }: WordIndex): boolean {
  const text = words.join(' ');
  return texts.some((line) => line.startsWith(text));
}
