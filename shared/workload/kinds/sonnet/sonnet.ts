import { z } from 'zod';
import { findFault } from '../../../errors/app-error.ts';
import { idSchema } from '../../../ids/ids.ts';
import type { LineCorpus } from '../../corpora/line-corpus.ts';
import { contentSha256Schema, type Dataset } from '../../datasets/dataset.ts';
import { checkSizes } from '../../distributions/check-distribution.ts';
import { describeSizes, drawMean, findLargest, findStatedMean } from '../../distributions/summarize-distribution.ts';
import { tokenDistributionSchema } from '../../distributions/token-distribution.ts';
import { buildCacheSchema, buildLinesPrompt, countLeastTokens, describeTask } from '../../parts/lines-task.ts';
import type { WorkloadKind } from '../workload-kind.ts';

const defaultInputTokens = { distribution: 'normal', mean: 550, stddev: 150 } as const;
const defaultOutputTokens = { distribution: 'normal', mean: 150, stddev: 20 } as const;

const sonnetSchema = z.strictObject({
  kind: z.literal('sonnet'),
  inputTokens: tokenDistributionSchema
    .default(defaultInputTokens)
    .describe('Input tokens of the whole prompt by the Llama 2 tokenizer'),
  outputTokens: tokenDistributionSchema
    .default(defaultOutputTokens)
    .describe('Requested output tokens and output limit'),
  checksum: z.boolean().default(true).describe('Whether the prompt also requests a number, given in words'),
  cache: buildCacheSchema(
    'cold: each prompt starts with unique words, so no prefix is shared. warm: prompts can share a prefix',
  ),
  corpusDatasetId: idSchema('dataset').optional().describe('Dataset of lines that replaces the sonnets'),
  corpusSha256: contentSha256Schema,
});
type SonnetWorkload = z.infer<typeof sonnetSchema>;

export const blogWorkload = {
  kind: 'sonnet',
  inputTokens: defaultInputTokens,
  outputTokens: defaultOutputTokens,
  checksum: true,
  cache: 'cold',
} as const;

/** Workload of Anyscale's LLMPerf blog post: a checksum task, and lines to pick from (sonnets or a dataset). */
export const sonnet: WorkloadKind<typeof sonnetSchema> = {
  schema: sonnetSchema,
  check: (workload) => [
    ...findFault(workload.corpusSha256 !== undefined && workload.corpusDatasetId === undefined, {
      pointer: '/workload/corpusSha256',
      fault: 'is set, but corpusDatasetId is missing',
      remedy: 'Add corpusDatasetId, or omit corpusSha256',
    }),
    ...checkSizes(workload, countLeast(workload)),
  ],
  buildPrompt: (workload, key, dataset) => buildLinesPrompt(workload, key, readOwnLines(workload, dataset)),
  *estimateTokens(workload) {
    const inputTokensMean = drawMean(workload.inputTokens, countLeast(workload));
    yield;
    return {
      inputTokensMean,
      outputTokensMean: drawMean(workload.outputTokens, 1),
      outputTokensMax: findLargest(workload.outputTokens),
    };
  },
  findLargestOutput: ({ outputTokens }) => ({
    field: 'outputTokens',
    tokens: findLargest(outputTokens) ?? findStatedMean(outputTokens),
  }),
  findCacheUse: ({ cache }) => cache,
  describe: (workload) => {
    const lines = workload.corpusDatasetId === undefined ? '' : `, lines of ${workload.corpusDatasetId}`;
    return `sonnet, ${describeSizes(workload)}${lines}, ${describeTask(workload)}`;
  },
  findStatedTokens: ({ inputTokens, outputTokens }) => ({
    inputTokens: findStatedMean(inputTokens),
    outputTokens: findStatedMean(outputTokens),
  }),
  findDataset: ({ corpusDatasetId: datasetId, corpusSha256 }) => {
    if (datasetId === undefined) return null;
    const sha256 = { field: 'corpusSha256', value: corpusSha256 };
    return { datasetId, kind: 'lines', field: 'corpusDatasetId', sha256, entries: null };
  },
  pinDataset: (workload, { sha256 }) => ({ ...workload, corpusSha256: sha256 }),
};

function countLeast(workload: SonnetWorkload): number {
  return countLeastTokens(workload, workload.corpusDatasetId !== undefined);
}

function readOwnLines({ corpusDatasetId }: SonnetWorkload, dataset: Dataset | null): LineCorpus | null {
  if (corpusDatasetId === undefined) return null;
  if (dataset?.kind !== 'lines')
    throw new Error('Internal error: the dataset of the workload is not loaded, or it does not contain lines of text');
  return dataset.corpus;
}
