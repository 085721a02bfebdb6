import { z } from 'zod';
import { idSchema } from '../../../ids/ids.ts';
import { integerSchema } from '../../../number-schema.ts';
import { contentSha256Schema, type Dataset, entryCountSchema } from '../../datasets/dataset.ts';
import type { GivenPrompt } from '../../datasets/given-prompt.ts';
import { buildGivenPrompt, countGivenTexts, estimateGiven } from '../../parts/given-prompts.ts';
import { describeGivenCache, givenCacheSchema } from '../../parts/lines-task.ts';
import type { WorkloadKind } from '../workload-kind.ts';

const datasetSchema = z.strictObject({
  kind: z.literal('dataset'),
  datasetId: idSchema('dataset').describe('Dataset of prompts. Request i uses prompt i modulo their number'),
  datasetSha256: contentSha256Schema,
  promptCount: entryCountSchema.describe(
    'Number of prompts in the dataset. Set when the run is created; a given value must match',
  ),
  maxOutputTokens: integerSchema(1, 100_000).default(256).describe('Output limit of prompts without their own limit'),
  cache: givenCacheSchema,
});

/** Workload that sends the prompts in an uploaded dataset. */
export const dataset: WorkloadKind<typeof datasetSchema> = {
  schema: datasetSchema,
  check: () => [],
  buildPrompt: (workload, key, given) => buildGivenPrompt(workload, readPrompts(given), key),
  countTexts: (workload, key, given) => countGivenTexts(workload, readPrompts(given), key),
  estimateTokens: (workload, given) => estimateGiven(readPrompts(given), workload),
  findLargestOutput: ({ maxOutputTokens: tokens }) => ({ field: 'maxOutputTokens', tokens }),
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

function readPrompts(given: Dataset | null): readonly GivenPrompt[] {
  if (given?.kind !== 'prompts')
    throw new Error('Internal error: the dataset of the workload is not loaded, or it does not contain prompts');
  return given.entries;
}
