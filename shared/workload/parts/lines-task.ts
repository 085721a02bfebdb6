import { referenceLine } from './cache-reference.ts';
import { numberTask } from './number-task.ts';

/** The checksum number has five digits: see docs/decisions/0001-checksum-number.md. */
export const checksumNumbers = { min: 10_000, max: 99_999 } as const;

export type SonnetTask = {
  /** Words that no other prompt begins with; null: the prompt may share its beginning. */
  reference: string | null;
  /** The number to convert; null: lines only. */
  expectedNumber: number | null;
  outputTokens: number;
  /** Where the lines are: behind the task if left out, or before it. */
  lines?: 'above';
};

/** What is asked: it stands before the lines, which follow behind a blank line, or after them. */
export function sonnetTask({ reference, expectedNumber, outputTokens, lines }: SonnetTask): string {
  const from = lines === 'above' ? 'from the poem lines above.' : 'from these poem lines:';
  const first = reference === null ? '' : referenceLine(reference);
  const print = expectedNumber === null ? 'Print' : `${numberTask(expectedNumber)} Then print`;
  return `${first}${print} lines picked at random, each on a line of its own, about ${outputTokens} tokens in all, ${from}`;
}
