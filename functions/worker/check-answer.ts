import type { Steps } from '../../shared/time-slices.ts';
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
export function* checkAnswer(prompt: Prompt, answer: string): Steps<AnswerCheck> {
  return {
    ...(yield* checkNumber(prompt.expectedNumber, answer)),
    linesFromInput: prompt.inputLines === null ? null : yield* computeLinesFromInput(prompt.inputLines, answer),
  };
}

/** Maximum number of digits of an integer that a double always represents exactly. */
const maxDigits = 15;

/** Compares the integers in a response with the expected number. Like LLMPerf, treats "12,345" as one integer. */
function* checkNumber(expected: number | null, answer: string): Steps<Omit<AnswerCheck, 'linesFromInput'>> {
  if (expected === null) return { checksum: null, answerNumber: null, checksumAnyOk: null };
  const isExpected = (digits: string) => digits.replace(/^0+(?=\d)/, '') === String(expected);
  let first: string | null = null;
  for (const digits of listIntegers(answer)) {
    yield;
    if (digits === null) continue;
    first ??= digits;
    if (isExpected(digits)) {
      const answerNumber = first.length <= maxDigits ? Number(first) : null;
      return { checksum: isExpected(first) ? 'ok' : 'mismatch', answerNumber, checksumAnyOk: true };
    }
  }
  if (first === null) return { checksum: 'absent', answerNumber: null, checksumAnyOk: false };
  const answerNumber = first.length <= maxDigits ? Number(first) : null;
  return { checksum: 'mismatch', answerNumber, checksumAnyOk: false };
}

/** Lists the integers of a text without their commas, and null before the end of a long integer. */
function* listIntegers(text: string): Generator<string | null> {
  // A group of digits and the comma after it, if a digit follows. One pattern for a whole integer could need a deep stack.
  const groups = /(\d+)(,(?=\d))?/g;
  let digits: string[] = [];
  for (let match = groups.exec(text); match !== null; match = groups.exec(text)) {
    digits.push(match[1] ?? '');
    if (match[2] !== undefined) yield null;
    else {
      yield digits.join('');
      digits = [];
    }
  }
}

/** Minimum Dice coefficient of the words in two similar lines. Two lines of eight words may differ in two words. */
const closeAt = 0.75;

/**
 * Computes the share of the response's lines that are similar to an input line (0 to 1). Ignores case, punctuation,
 * digits, spacing, and lines without letters. The last line may be incomplete. Returns null if no line has letters.
 */
export function* computeLinesFromInput(inputLines: readonly string[], answer: string): Steps<number | null> {
  const index = yield* indexWords(inputLines);
  const kept = new Map<string, LineCheck>();
  const counts = { close: 0, other: 0, blank: 0 };
  let last: { line: string; check: LineCheck } | null = null;
  for (const line of listLines(answer)) {
    const check = kept.get(line) ?? checkLine(line, index);
    if (kept.size < mostKeptLines) kept.set(line, check);
    counts[check] += 1;
    if (check !== 'blank') last = { line, check };
    yield;
  }
  if (last === null) return null;
  const isBegun = last.check === 'other' && last.line.length <= longestLine && beginsLine(splitWords(last.line), index);
  return (counts.close + Number(isBegun)) / (counts.close + counts.other);
}

/** Whether a line of a response is similar to an input line, is not, or has no letters. */
type LineCheck = 'close' | 'other' | 'blank';

/** Responses can repeat a line a million times. */
const mostKeptLines = 10_000;
/** Maximum number of characters of a response line that can be similar to an input line, which has at most 400. */
const longestLine = 10_000;

function checkLine(line: string, index: WordIndex): LineCheck {
  if (line.length > longestLine) return /\p{L}/u.test(line) ? 'other' : 'blank';
  const words = splitWords(line);
  if (words.length === 0) return 'blank';
  return isClose(words, index) ? 'close' : 'other';
}

function* listLines(text: string): Generator<string> {
  const breaks = /\r\n|[\n\r]/g;
  let start = 0;
  for (let match = breaks.exec(text); match !== null; match = breaks.exec(text)) {
    yield text.slice(start, match.index);
    start = breaks.lastIndex;
  }
  yield text.slice(start);
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

function* indexWords(inputLines: readonly string[]): Steps<WordIndex> {
  const lines: string[][] = [];
  const places = new Map<string, Map<number, number>>();
  for (const [line, text] of inputLines.entries()) {
    const words = splitWords(text);
    lines.push(words);
    for (const [word, times] of countWords(words)) {
      const held = places.get(word) ?? new Map<number, number>();
      held.set(line, times);
      places.set(word, held);
    }
    yield;
  }
  return { lines, places };
}

function countWords(words: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  return times;
}

/** Returns whether an input line is similar to the words. To be fast, skips lines that contain none of the words. */
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
