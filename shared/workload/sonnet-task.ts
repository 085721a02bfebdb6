import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { numberTask } from './number-task.ts';
import type { Random } from './seeded-random.ts';

/** The checksum number has five digits: see docs/decisions/0001-checksum-number.md. */
export const checksumNumbers = { min: 10_000, max: 99_999 } as const;

export type SonnetTask = {
  /** Words that no other prompt begins with; null: the prompt may share its beginning. */
  reference: string | null;
  /** The number to convert; null: lines only. */
  expectedNumber: number | null;
  outputTokens: number;
};

/** What stands before the lines, which follow behind a blank line. */
export function sonnetTask({ reference, expectedNumber, outputTokens }: SonnetTask): string {
  const first = reference === null ? '' : `${reference}: a reference, not part of the task.\n`;
  const print = expectedNumber === null ? 'Print' : `${numberTask(expectedNumber)} Then print`;
  return `${first}${print} lines picked at random, each on a line of its own, about ${outputTokens} tokens in all, from these poem lines:`;
}

/** Four letters for each four bits of 64: no digits, so that the prompt holds no number but those it asks for. */
export function drawReference(random: Random): string {
  const groups = Array.from({ length: 4 }, () => {
    const bits = uniformInt(random, 0, 0xffff);
    return [12, 8, 4, 0].map((shift) => referenceLetters[(bits >> shift) & 15]).join('');
  });
  return groups.join(' ');
}

const referenceLetters = 'abcdefghijklmnop';
/** Each letter a token of its own: no reference has more tokens. */
export const longestReference = 'bbhc bbhc bbhc bbhc';
