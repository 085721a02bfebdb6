import { linesFromInput } from './lines-from-input.ts';
import type { Prompt } from './prompt.ts';

export type AnswerCheck = {
  /** Of the first integer of the answer; null where the prompt asks for no number. */
  checksum: 'ok' | 'mismatch' | 'absent' | null;
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

/** Integers are runs of digits once commas between digits are gone, as in LLMPerf: "12,345" is one. */
function checkNumber(expected: number | null, answer: string): Pick<AnswerCheck, 'checksum' | 'checksumAnyOk'> {
  if (expected === null) return { checksum: null, checksumAnyOk: null };
  const integers = answer.replace(/(?<=\d),(?=\d)/g, '').match(/\d+/g) ?? [];
  const equal = (digits: string) => digits.replace(/^0+(?=\d)/, '') === String(expected);
  const [first] = integers;
  if (first === undefined) return { checksum: 'absent', checksumAnyOk: false };
  return { checksum: equal(first) ? 'ok' : 'mismatch', checksumAnyOk: integers.some(equal) };
}
