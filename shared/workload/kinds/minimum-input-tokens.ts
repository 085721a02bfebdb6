import type { Workload } from '../../spec/run-spec.ts';
import { sonnetCorpus } from '../corpora/sonnet-corpus.ts';
import { maxTokenCount } from '../distributions/token-distribution.ts';
import { longestReference } from '../parts/cache-reference.ts';
import { checksumNumbers, sonnetTask } from '../parts/lines-task.ts';
import { numberToWords } from '../parts/number-to-words.ts';
import { countTokens, countTokensWithBos } from '../tokenizers/count-tokens.ts';
import { llmperfV2Preamble } from './llmperf-v2/llmperf-v2.ts';

/**
 * Fewest input tokens that can be asked of every prompt of the workload: for `sonnet` and `trace`, its longest possible task, the
 * blank line, and the longest line of the corpus, so that each prompt offers a whole line (of lines of one's own: a
 * token). For `conversation`: of what the user says in one turn. For `llmperf-v2`: its longest preamble, with a BOS token.
 * 1 for workloads that draw no input size.
 */
export function minimumInputTokens(workload: Workload): number {
  if (workload.kind === 'llmperf-v2') return countTokensWithBos(llmperfV2Preamble(maxTokenCount));
  if (workload.kind !== 'sonnet' && workload.kind !== 'conversation' && workload.kind !== 'trace') return 1;
  const task = sonnetTask({
    reference: workload.cache === 'cold' ? longestReference : null,
    expectedNumber: workload.checksum ? longestNumber() : null,
    outputTokens: maxTokenCount,
  });
  const ownLines = workload.kind === 'sonnet' && workload.corpusDatasetId !== undefined;
  return countTokens(task) + 2 + (ownLines ? 1 : longestLine());
}

let longestLineKept: number | null = null;

function longestLine(): number {
  longestLineKept ??= Math.max(...sonnetCorpus().lineTokens);
  return longestLineKept;
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
