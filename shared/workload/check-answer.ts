import { linesFromInput } from './lines-from-input.ts';
import type { Prompt } from './prompt.ts';

export type AnswerCheck = {
  /** Of the first integer of the answer; null where the prompt asks for no number. */
  checksum: 'ok' | 'mismatch' | 'absent' | null;
  /** The first integer of the answer; null where there is none, it is too long, or the prompt asks for no number. */
  answerNumber: number | null;
  /** LLMPerf v2's lenient rule: any integer of the answer. */
  checksumAnyOk: boolean | null;
  /** Share of the answer's lines that are close to a line of the prompt; null where it has none to pick from. */
  linesFromInput: number | null;
};

/** Whether an answer belongs to its prompt: the checksum number, and lines that were offered. */
export function checkAnswer(prompt: Prompt, answer: string): AnswerCheck {
  return {
    ...checkNumber(prompt.expectedNumber, answer),
    linesFromInput: prompt.inputLines === null ? null : linesFromInput(prompt.inputLines, answer),
  };
}

/** Every integer of as many digits is exact in a double. */
const maxDigits = 15;

/** Integers are runs of digits once commas between digits are gone, as in LLMPerf: "12,345" is one. */
function checkNumber(expected: number | null, answer: string): Omit<AnswerCheck, 'linesFromInput'> {
  if (expected === null) return { checksum: null, answerNumber: null, checksumAnyOk: null };
  const integers = answer.replace(/(?<=\d),(?=\d)/g, '').match(/\d+/g) ?? [];
  const equal = (digits: string) => digits.replace(/^0+(?=\d)/, '') === String(expected);
  const [first] = integers;
  if (first === undefined) return { checksum: 'absent', answerNumber: null, checksumAnyOk: false };
  return {
    checksum: equal(first) ? 'ok' : 'mismatch',
    answerNumber: first.length <= maxDigits ? Number(first) : null,
    checksumAnyOk: integers.some(equal),
  };
}
