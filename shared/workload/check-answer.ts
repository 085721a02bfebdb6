import type { Prompt } from './prompt.ts';

export type AnswerCheck = {
  /** Whether the first integer of the answer is the expected number. Null if the prompt requests no number. */
  checksum: 'ok' | 'mismatch' | 'absent' | null;
  /** The first integer of the answer. Null if it is missing or too long, or if the prompt requests no number. */
  answerNumber: number | null;
  /** Whether any integer of the answer is the expected number, as LLMPerf v2 checks. */
  checksumAnyOk: boolean | null;
  /** Share of the answer's lines that are close to a line of the prompt. Null if the prompt offers no lines. */
  linesFromInput: number | null;
};

/** Checks whether an answer fits its prompt: the number, and the lines that the prompt offers. */
export function checkAnswer(prompt: Prompt, answer: string): AnswerCheck {
  return {
    ...checkNumber(prompt.expectedNumber, answer),
    linesFromInput: prompt.inputLines === null ? null : linesFromInput(prompt.inputLines, answer),
  };
}

/** Maximum number of digits that a double represents exactly. */
const maxDigits = 15;

/** Compares the integers of an answer with a number. As in LLMPerf, "12,345" is one integer. */
function checkNumber(expected: number | null, answer: string): Omit<AnswerCheck, 'linesFromInput'> {
  if (expected === null) return { checksum: null, answerNumber: null, checksumAnyOk: null };
  const integers = answer.replace(/(?<=\d),(?=\d)/g, '').match(/\d+/g) ?? [];
  const isExpected = (digits: string) => digits.replace(/^0+(?=\d)/, '') === String(expected);
  const [first] = integers;
  if (first === undefined) return { checksum: 'absent', answerNumber: null, checksumAnyOk: false };
  return {
    checksum: isExpected(first) ? 'ok' : 'mismatch',
    answerNumber: first.length <= maxDigits ? Number(first) : null,
    checksumAnyOk: integers.some(isExpected),
  };
}

/** Minimum Dice coefficient of the words of two close lines. Two changed words in a line of eight still pass. */
const closeAt = 0.75;

/**
 * Computes the share of the answer's lines that are close to an input line (0 to 1), or null without a line with letters.
 * Ignores case, punctuation, digits, spacing, and lines without letters. The last line may be cut, so a beginning counts.
 */
export function linesFromInput(inputLines: readonly string[], answer: string): number | null {
  const answerLines = answer
    .split(/\r\n|[\n\r]/)
    .map(splitWords)
    .filter((words) => words.length > 0);
  if (answerLines.length === 0) return null;
  const index = indexWords(inputLines.map(splitWords));
  const close = answerLines.filter(
    (words, position) => isClose(words, index) || (position === answerLines.length - 1 && beginsLine(words, index)),
  );
  return close.length / answerLines.length;
}

function splitWords(line: string): string[] {
  const text = line.normalize('NFKD').toLowerCase();
  // Apostrophes join words ("feed'st"), and diacritics are ignored. All other characters separate words.
  return text.replace(/['\u2018\u2019\p{M}]/gu, '').match(/\p{L}+/gu) ?? [];
}

type WordIndex = {
  lines: readonly (readonly string[])[];
  /** Maps a word to the lines that contain it, and how often. */
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
  return { lines, places };
}

function countWords(words: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  return times;
}

/** Compares only with input lines that share a word, so that long answers to long prompts stay fast. */
function isClose(words: readonly string[], { lines, places }: WordIndex): boolean {
  const shared = new Map<number, number>();
  for (const [word, times] of countWords(words))
    for (const [line, held] of places.get(word) ?? [])
      shared.set(line, (shared.get(line) ?? 0) + Math.min(times, held));
  for (const [line, both] of shared)
    if ((2 * both) / (words.length + (lines[line]?.length ?? 0)) >= closeAt) return true;
  return false;
}

function beginsLine(words: readonly string[], { lines }: WordIndex): boolean {
  const text = words.join(' ');
  return lines.some((line) => line.join(' ').startsWith(text));
}
