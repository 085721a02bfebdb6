import type { Prompt } from '../../shared/workload/prompt.ts';

export type AnswerCheck = {
  /** Whether the first integer in the response is the expected number. Null if the prompt does not request a number. */
  checksum: 'ok' | 'mismatch' | 'absent' | null;
  /** The first integer in the response. Null if missing or too long, or if the prompt does not request a number. */
  answerNumber: number | null;
  /** Whether any integer in the response is the expected number. LLMPerf v2 uses this check. */
  checksumAnyOk: boolean | null;
  /** Share of the response's lines that are similar to a prompt line (0 to 1). Null if the prompt has no lines. */
  linesFromInput: number | null;
};

/** Checks a response against its prompt: whether it contains the expected number and lines of the prompt. */
export function checkAnswer(prompt: Prompt, answer: string): AnswerCheck {
  return {
    ...checkNumber(prompt.expectedNumber, answer),
    linesFromInput: prompt.inputLines === null ? null : computeLinesFromInput(prompt.inputLines, answer),
  };
}

/** Maximum number of digits of an integer that a double always represents exactly. */
const maxDigits = 15;

/** Compares the integers in a response with the expected number. Like LLMPerf, treats "12,345" as one integer. */
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

/** Minimum Dice coefficient of the words in two similar lines. Two lines of eight words may differ in two words. */
const closeAt = 0.75;

/**
 * Computes the share of the response's lines that are similar to an input line (0 to 1). Ignores case, punctuation,
 * digits, spacing, and lines without letters. The last line may be incomplete. Returns null if no line has letters.
 */
export function computeLinesFromInput(inputLines: readonly string[], answer: string): number | null {
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
  /** Maps each word to the lines that contain it, with the number of occurrences in each line. */
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

/** Returns whether an input line is similar to the words. Compares only lines with a common word, to be fast. */
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
