import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { z } from 'zod';
import { findFault } from '../../../errors/app-error.ts';
import { llmperfCorpus } from '../../corpora/llmperf-corpus.ts';
import { seededRandom } from '../../distributions/seeded-random.ts';
import { Shuffle } from '../../distributions/shuffle.ts';
import { numberToWords } from '../../parts/number-to-words.ts';
import { averageInput, type Prompt, type PromptKind } from '../../prompt.ts';
import { countTokens } from '../../tokenizers/count-tokens.ts';
import type { WorkloadKind } from '../workload-kind.ts';

const lineCount = z.number().int().min(1);

const llmperfV1Schema = z.strictObject({
  kind: z.literal('llmperf-v1'),
  minLines: lineCount.max(518).default(15).describe('As --min-lines'),
  maxLines: lineCount.max(519).default(50).describe('As --max-lines: draws stay below it'),
  requestedLines: lineCount.max(1_000).default(7).describe('As --req-lines'),
  digits: z.number().int().min(1).max(9).default(3).describe('As --num-digits'),
  maxOutputTokens: z.number().int().min(1).max(100_000).default(384).describe('As --max-tokens'),
});
type LlmperfV1Workload = z.infer<typeof llmperfV1Schema>;

/**
 * What LLMPerf's first version asked (late 2023, the blog's numbers): a number in words, then a number of lines to pick
 * from some poem lines. `docs/workloads.md` lists its flaws.
 */
export const llmperfV1: WorkloadKind<typeof llmperfV1Schema> = {
  schema: llmperfV1Schema,
  check: ({ minLines, maxLines }) =>
    findFault(minLines >= maxLines, {
      pointer: '/workload/minLines',
      fault: `is not below maxLines, ${maxLines}, and draws stay below that`,
      remedy: `Give a minLines of at most ${Math.max(1, maxLines - 1)}, or a larger maxLines`,
    }),
  buildPrompt: buildV1Prompt,
  estimateTokens: (workload) => ({
    inputTokensMean: averageInput(200, (number) => buildV1Prompt(workload, 0, 'measured', number)),
    outputTokensMean: workload.maxOutputTokens,
    outputTokensMax: workload.maxOutputTokens,
  }),
  findCacheUse: () => 'warm',
  describe: ({ minLines, maxLines, requestedLines }) =>
    `llmperf-v1, ${minLines} to ${maxLines - 1} lines, ${requestedLines} asked for`,
  listNotes: () => [
    'Lines are the first 518 of the sonnets in the edition used here: equal in kind and size to the corpus of LLMPerf v1, not to the byte.',
    'Asked as LLMPerf v1 did, with its flaws: input size drawn in lines, output size left to the model. See docs/workloads.md.',
  ],
};

const system = 'You are a helpful assistant that answers in the most concise possible way.';

/** The input size is drawn in lines, uniform from minLines to maxLines - 1. */
function buildV1Prompt(workload: LlmperfV1Workload, seed: number, kind: PromptKind, number: number): Prompt {
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
