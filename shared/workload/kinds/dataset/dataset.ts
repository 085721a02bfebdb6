import { z } from 'zod';
import { idSchema } from '../../../ids/ids.ts';
import { contentSha256Schema } from '../../datasets/dataset.ts';
import { describeGivenCache, givenCacheSchema } from '../../parts/cache-reference.ts';
import { buildGivenPrompt, estimateGiven } from '../../parts/given-prompts.ts';
import type { WorkloadKind } from '../workload-kind.ts';

const datasetSchema = z.strictObject({
  kind: z.literal('dataset'),
  datasetId: idSchema('dataset').describe('Of POST /v1/datasets; request i gets prompt i modulo their number'),
  datasetSha256: contentSha256Schema,
  promptCount: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Filled in when the run is created; if given, the dataset must have as many'),
  maxOutputTokens: z.number().int().min(1).max(100_000).default(256).describe('For prompts that do not say'),
  cache: givenCacheSchema,
});

/** Prompts of an uploaded dataset. */
export const dataset: WorkloadKind<typeof datasetSchema> = {
  schema: datasetSchema,
  check: () => [],
  buildPrompt: (workload, seed, kind, number, given) => {
    if (given?.kind !== 'prompts') throw new Error('The workload needs the prompts of its dataset');
    return buildGivenPrompt(workload, given.prompts, seed, kind, number);
  },
  estimateTokens: (workload, given) => estimateGiven(given?.kind === 'prompts' ? given.prompts : [], workload),
  findCacheUse: ({ cache }) => cache ?? 'warm',
  describe: (workload) =>
    `${workload.promptCount ?? 'the'} prompts of ${workload.datasetId}${describeGivenCache(workload)}`,
  countPrompts: ({ promptCount }) => promptCount ?? null,
  findDataset: ({ datasetId, datasetSha256, promptCount }) => ({
    datasetId,
    kind: 'prompts',
    field: 'datasetId',
    sha256: { field: 'datasetSha256', value: datasetSha256 },
    entries: { field: 'promptCount', value: promptCount },
  }),
  pinDataset: (workload, { sha256, entries }) => ({ ...workload, datasetSha256: sha256, promptCount: entries }),
};
