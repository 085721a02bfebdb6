import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { z } from 'zod';
import { findFault } from '../../../errors/app-error.ts';
import { integerSchema } from '../../../number-schema.ts';
import { llmperfCorpora } from '../../corpora/sonnet-corpus.ts';
import { createSeededRandom, Shuffle } from '../../distributions/seeded-random.ts';
import { numberToWords } from '../../parts/lines-task.ts';
import { averageInput, type Prompt, type PromptKey } from '../../prompt.ts';
import { countTokens } from '../../tokenizers/count-tokens.ts';
import type { WorkloadKind } from '../workload-kind.ts';

const lineCount = z.number().int().min(1);

const llmperfV1Schema = z.strictObject({
  kind: z.literal('llmperf-v1'),
  minLines: lineCount.max(518).default(15).describe('Minimum number of lines, as --min-lines'),
  maxLines: lineCount.max(519).default(50).describe('Exclusive maximum number of lines, as --max-lines'),
  requestedLines: lineCount.max(1_000).default(7).describe('Number of lines to pick, as --req-lines'),
  digits: integerSchema(1, 9).default(3).describe('Digits of the number, as --num-digits'),
  maxOutputTokens: integerSchema(1, 100_000).default(384).describe('Output limit, as --max-tokens'),
});
type LlmperfV1Workload = z.infer<typeof llmperfV1Schema>;

/** Workload with LLMPerf v1's prompts (late 2023): a number in words, and lines to pick from. See docs/workloads.md. */
export const llmperfV1: WorkloadKind<typeof llmperfV1Schema> = {
  schema: llmperfV1Schema,
  check: ({ minLines, maxLines }) =>
    findFault(minLines >= maxLines, {
      pointer: '/workload/minLines',
      fault: `must be less than maxLines (${maxLines})`,
      remedy: `Use at most ${Math.max(1, maxLines - 1)}, or increase maxLines`,
    }),
  buildPrompt: buildV1Prompt,
  *estimateTokens(workload) {
    return {
      inputTokensMean: yield* averageInput(200, (key) => buildV1Prompt(workload, key)),
      outputTokensMean: workload.maxOutputTokens,
      outputTokensMax: workload.maxOutputTokens,
    };
  },
  findLargestOutput: ({ maxOutputTokens: tokens }) => ({ field: 'maxOutputTokens', tokens }),
  findCacheUse: () => 'warm',
  describe: ({ minLines, maxLines, requestedLines }) =>
    `llmperf-v1, ${minLines} to ${maxLines - 1} lines, ${requestedLines} requested`,
  listNotes: () => [
    'The corpus has the first 518 lines of the sonnets. It has the kind and size of the LLMPerf v1 corpus but is not identical.',
    'The prompts match LLMPerf v1: the input size is drawn in lines, and the model chooses the output size. See docs/workloads.md.',
  ],
};

const system = 'You are a helpful assistant that answers in the most concise possible way.';

/** Builds a prompt. The number of lines is drawn uniformly from `minLines` to `maxLines - 1`. */
function buildV1Prompt(workload: LlmperfV1Workload, { seed, kind, number }: PromptKey): Prompt {
  const least = 10 ** (workload.digits - 1);
  const expectedNumber = uniformInt(createSeededRandom(seed, 'checksum', kind, number), least, 10 * least - 1);
  const random = createSeededRandom(seed, 'lines', kind, number);
  const count = uniformInt(random, workload.minLines, workload.maxLines - 1);
  const { lines, indices } = llmperfCorpora.v1();
  const shuffle = new Shuffle(random, indices);
  const picked = Array.from({ length: count }, () => lines[shuffle.next()] ?? '');
  // Each line already ends with a line break, so that there are blank lines between the lines.
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
