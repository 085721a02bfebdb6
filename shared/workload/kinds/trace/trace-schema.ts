import { z } from 'zod';
import { idSchema } from '../../../ids/ids.ts';
import { contentSha256Schema } from '../../datasets/dataset.ts';
import { traceEntrySchema } from '../../datasets/trace-entry.ts';
import { maxTokenCount } from '../../distributions/token-distribution.ts';

export const traceSchema = z.strictObject({
  kind: z.literal('trace'),
  entries: z
    .array(traceEntrySchema)
    .min(1)
    .max(5_000)
    .optional()
    .describe('One per request: request i has the lengths of entry i modulo their number. Or give datasetId'),
  datasetId: idSchema('dataset')
    .optional()
    .describe('Of POST /v1/datasets?kind=trace: the entries, uploaded. Or give them as entries'),
  datasetSha256: contentSha256Schema,
  entryCount: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Of the dataset, filled in when the run is created; if given, the dataset must have as many'),
  spanMs: z
    .number()
    .min(0)
    .optional()
    .describe('From the first entry of the dataset to its last, filled in when the run is created'),
  blockTokens: z
    .number()
    .int()
    .min(8)
    .max(maxTokenCount)
    .default(512)
    .describe('Input tokens that each of the hash_ids of a trace stands for'),
  checksum: z.boolean().default(false).describe('Ask for a number, given in words, before the lines'),
  cache: z
    .enum(['cold', 'warm'])
    .default('cold')
    .describe(
      'cold: each prompt starts with words of its own, so that no prefix is shared; warm: prompts begin alike as far as their hash_ids do',
    ),
});
export type TraceWorkload = z.infer<typeof traceSchema>;
