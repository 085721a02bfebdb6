import type { Workload } from '../domain/run-spec.ts';
import { maxTokenCount } from '../domain/token-distribution.ts';
import { countTokens } from './count-tokens.ts';
import { numberToWords } from './number-to-words.ts';
import { sonnetCorpus } from './sonnet-corpus.ts';
import { checksumNumbers, longestReference, sonnetTask } from './sonnet-task.ts';

/**
 * Fewest input tokens that can be asked of every prompt of the workload: for `sonnet`, its longest possible task, the
 * blank line, and the longest line of the corpus, so that each prompt offers a whole line.
 * 1 for workloads that draw no input size.
 */
export function minimumInputTokens(workload: Workload): number {
  if (workload.kind !== 'sonnet') return 1;
  const task = sonnetTask({
    reference: workload.cache === 'cold' ? longestReference : null,
    expectedNumber: workload.checksum ? longestNumber() : null,
    outputTokens: maxTokenCount,
  });
  return countTokens(task) + 2 + Math.max(...sonnetCorpus().lineTokens);
}

let longestKept: number | null = null;

/** A checksum number with the most tokens in words: words add up, so its two groups are looked for apart. */
function longestNumber(): number {
  longestKept ??=
    longestInWords(checksumNumbers.min / 1_000, Math.floor(checksumNumbers.max / 1_000)) * 1_000 +
    longestInWords(100, 999);
  return longestKept;
}

function longestInWords(min: number, max: number): number {
  let longest = { number: min, tokens: 0 };
  for (let number = min; number <= max; number++) {
    const tokens = countTokens(numberToWords(number));
    if (tokens > longest.tokens) longest = { number, tokens };
  }
  return longest.number;
}
