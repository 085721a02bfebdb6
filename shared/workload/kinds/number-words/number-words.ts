import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { z } from 'zod';
import { findFault } from '../../../errors/app-error.ts';
import { integerSchema } from '../../../number-schema.ts';
import { createSeededRandom } from '../../distributions/seeded-random.ts';
import { describeGivenCache, givenCacheSchema, writeNumberTask, writeReference } from '../../parts/lines-task.ts';
import { averageInput, type Prompt, type PromptKey } from '../../prompt.ts';
import { countTokens } from '../../tokenizers/count-tokens.ts';
import type { WorkloadKind } from '../workload-kind.ts';

const numberWordsSchema = z.strictObject({
  kind: z.literal('number-words'),
  min: integerSchema(0, 999_999_999).default(0),
  max: integerSchema(0, 999_999_999).default(10_000),
  maxOutputTokens: integerSchema(1, 100_000).default(32),
  cache: givenCacheSchema,
});
type NumberWordsWorkload = z.infer<typeof numberWordsSchema>;

/** Workload like LLMPerf v2's correctness test: only the checksum task, with a number from min to max (inclusive). */
export const numberWords: WorkloadKind<typeof numberWordsSchema> = {
  schema: numberWordsSchema,
  check: ({ min, max }) =>
    findFault(min > max, {
      pointer: '/workload/min',
      fault: `is greater than max (${max})`,
      remedy: 'Decrease min or increase max',
    }),
  buildPrompt: buildNumberPrompt,
  *estimateTokens(workload) {
    return {
      inputTokensMean: yield* averageInput(200, (key) => buildNumberPrompt(workload, key)),
      outputTokensMean: workload.maxOutputTokens,
      outputTokensMax: workload.maxOutputTokens,
    };
  },
  findLargestOutput: ({ maxOutputTokens: tokens }) => ({ field: 'maxOutputTokens', tokens }),
  findCacheUse: ({ cache }) => cache ?? 'warm',
  describe: (workload) =>
    `number-words, ${workload.min.toLocaleString('en-US')} to ${workload.max.toLocaleString('en-US')}${describeGivenCache(workload)}`,
  countPrompts: ({ min, max }) => max - min + 1,
};

function buildNumberPrompt(workload: NumberWordsWorkload, key: PromptKey): Prompt {
  const { seed, kind, number } = key;
  if (workload.min > workload.max) throw new RangeError(`min (${workload.min}) is greater than max (${workload.max})`);
  const expectedNumber = uniformInt(createSeededRandom(seed, 'checksum', kind, number), workload.min, workload.max);
  const content = writeReference(workload, key) + writeNumberTask(expectedNumber);
  return {
    messages: [{ role: 'user', content }],
    inputTokens: countTokens(content),
    maxOutputTokens: workload.maxOutputTokens,
    expectedNumber,
    inputLines: null,
  };
}
