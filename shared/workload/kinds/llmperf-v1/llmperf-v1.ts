import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { Workload } from '../../../spec/run-spec.ts';
import { llmperfCorpus } from '../../corpora/llmperf-corpus.ts';
import { seededRandom } from '../../distributions/seeded-random.ts';
import { Shuffle } from '../../distributions/shuffle.ts';
import { numberToWords } from '../../parts/number-to-words.ts';
import type { Prompt, PromptKind } from '../../prompt.ts';
import { countTokens } from '../../tokenizers/count-tokens.ts';

const system = 'You are a helpful assistant that answers in the most concise possible way.';

/**
 * What LLMPerf's first version asked (late 2023, the blog's numbers): a number in words, then a number of lines to pick
 * from some poem lines. The input size is drawn in lines, uniform from minLines to maxLines - 1. `docs/workloads.md`
 * tells what is the matter with it.
 */
export function buildLlmperfV1Prompt(
  workload: Extract<Workload, { kind: 'llmperf-v1' }>,
  seed: number,
  kind: PromptKind,
  number: number,
): Prompt {
  const least = 10 ** (workload.digits - 1);
  const expectedNumber = uniformInt(seededRandom(seed, 'checksum', kind, number), least, 10 * least - 1);
  const random = seededRandom(seed, 'lines', kind, number);
  const count = uniformInt(random, workload.minLines, workload.maxLines - 1);
  const { lines, indices } = llmperfCorpus('v1');
  const shuffle = new Shuffle(random, indices);
  const picked = Array.from({ length: count }, () => lines[shuffle.next()] ?? '');
  // Joined by a line break though each ends in one: the lines are blank-line separated.
  const content = `Convert the following sequence of words into a number: ${numberToWords(expectedNumber)}.\nPrint the number first. Then pick ${workload.requestedLines} lines from these poem lines:\n${picked.join('\n')}`;
  return {
    messages: [
      { role: 'system', content: system },
      { role: 'user', content },
    ],
    inputTokens: countTokens(system) + countTokens(content),
    maxOutputTokens: workload.maxOutputTokens,
    expectedNumber,
    inputLines: picked.map((line) => line.trimEnd()),
    temperature: 0,
  };
}
