import { z } from 'zod';
import { idSchema } from '../../../ids/ids.ts';
import { integerSchema } from '../../../number-schema.ts';
import { contentSha256Schema, entryCountSchema } from '../../datasets/dataset.ts';
import { traceEntrySchema } from '../../datasets/trace-entry.ts';
import { maxTokenCount } from '../../distributions/token-distribution.ts';

export const traceSchema = z.strictObject({
  kind: z.literal('trace'),
  entries: z
    .array(traceEntrySchema)
    .min(1)
    .max(5_000)
    .optional()
    .describe('Lengths of the requests. Request i uses entry i modulo their number. Alternative: datasetId'),
  datasetId: idSchema('dataset').optional().describe('Dataset of kind trace with the entries. Alternative: entries'),
  datasetSha256: contentSha256Schema,
  entryCount: entryCountSchema.describe(
    'Number of entries in the dataset. Set when the run is created; a given value must match',
  ),
  spanMs: z
    .number()
    .min(0)
    .optional()
    .describe('Time from the first to the last entry of the dataset in milliseconds. Set when the run is created'),
  blockTokens: integerSchema(8, maxTokenCount)
    .default(512)
    .describe('Input tokens of the block that each of the hash_ids represents'),
  checksum: z.boolean().default(false).describe('Whether the prompt also requests a number, given in words'),
  cache: z
    .enum(['cold', 'warm'])
    .default('cold')
    .describe(
      'cold: each prompt starts with unique words, so no prefix is shared. warm: prompts with equal leading hash_ids have equal beginnings',
    ),
});
export type TraceWorkload = z.infer<typeof traceSchema>;
