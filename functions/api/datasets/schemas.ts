import { z } from 'zod';
import { idSchema } from '../../../shared/ids/ids.ts';
import { datasetKinds } from '../../../shared/workload/datasets/dataset.ts';
import { instantSchema } from '../http/schemas.ts';

const kind = z
  .enum(datasetKinds)
  .describe(
    'prompts: JSON Lines for a workload of kind dataset; lines: plain text for the corpus of a sonnet workload; trace: JSON Lines or CSV for one of kind trace',
  );

export const datasetQuerySchema = z.strictObject({
  kind: kind
    .optional()
    .describe('prompts for the JSON Lines types, lines for text/plain and trace for text/csv, if left out'),
  name: z.string().min(1).max(200).optional(),
});

const jsonLines = z
  .string()
  .describe(
    'Each line {"prompt": "…"} or {"messages": [{"role": "user", "content": "…"}]}, and maxOutputTokens where it is to be the prompt’s own; with ?kind=trace, {"atMs": 0, "inputTokens": 550, "outputTokens": 150}, or {"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}',
  );

/** The media types of a dataset, as they are documented. */
export const datasetContent = {
  'application/jsonl': { schema: jsonLines },
  'application/x-ndjson': { schema: jsonLines },
  'text/plain': { schema: z.string().describe('Lines of text; with ?kind=prompts or ?kind=trace, JSON Lines') },
  'text/csv': {
    schema: z.string().describe('A trace: TIMESTAMP,ContextTokens,GeneratedTokens, and a row for each request'),
  },
};

export const datasetSchema = z
  .object({
    datasetId: idSchema('dataset').describe('Follows from the content: the same content again has the same id'),
    name: z.string().nullable(),
    kind,
    contentSha256: z.string().describe('Of the bytes as they came, in hex'),
    bytes: z.int().min(0),
    entries: z.int().min(1).describe('Prompts, lines that have text (longer ones parted), or requests of a trace'),
    createdAt: instantSchema,
  })
  .meta({ id: 'Dataset', description: 'A text that workloads take prompts, lines or a trace from' });
