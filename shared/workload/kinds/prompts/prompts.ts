import { z } from 'zod';
import { countSchema, integerSchema } from '../../../number-schema.ts';
import { checkPromptForm, givenPromptSchema } from '../../datasets/given-prompt.ts';
import { buildGivenPrompt, countGivenTexts, estimateGiven } from '../../parts/given-prompts.ts';
import { cacheSchema, describeGivenCache, givenCacheSchema } from '../../parts/lines-task.ts';
import type { WorkloadKind } from '../workload-kind.ts';

const promptsSchema = z.strictObject({
  kind: z.literal('prompts'),
  prompts: z.array(givenPromptSchema).min(1).max(1_000).describe('Request i uses prompt i modulo their number'),
  maxOutputTokens: integerSchema(1, 100_000).default(256).describe('Output limit of prompts without their own limit'),
  cache: givenCacheSchema,
});

const reportedSchema = z.object({
  kind: z.literal('prompts'),
  promptCount: countSchema,
  maxOutputTokens: countSchema,
  cache: cacheSchema.optional(),
});

/** Workload that sends the prompts in the spec. */
export const prompts: WorkloadKind<typeof promptsSchema, typeof reportedSchema> = {
  schema: promptsSchema,
  check: (workload) => workload.prompts.flatMap((entry, index) => checkPromptForm(entry, `/workload/prompts/${index}`)),
  buildPrompt: (workload, key) => buildGivenPrompt(workload, workload.prompts, key),
  countTexts: (workload, key) => countGivenTexts(workload, workload.prompts, key),
  estimateTokens: (workload) => estimateGiven(workload.prompts, workload),
  findLargestOutput: ({ prompts, maxOutputTokens }) => ({
    field: 'prompts',
    tokens: prompts.reduce((most, prompt) => Math.max(most, prompt.maxOutputTokens ?? maxOutputTokens), 0),
  }),
  findCacheUse: ({ cache }) => cache ?? 'warm',
  describe: (workload) => {
    const promptCount = 'promptCount' in workload ? workload.promptCount : workload.prompts.length;
    return `${promptCount} prompts given inline${describeGivenCache(workload)}`;
  },
  summarize: ({ prompts, ...rest }) => ({ ...rest, promptCount: prompts.length }),
  reportedSchema,
  hasPrivatePrompts: true,
  countPrompts: (workload) => workload.prompts.length,
};
