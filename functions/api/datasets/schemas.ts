import { z } from 'zod';
import { idSchema } from '../../../shared/ids/ids.ts';
import { datasetKindSchema, datasetKinds } from '../../../shared/workload/datasets/dataset.ts';
import { instantSchema } from '../http/schemas.ts';

const kind = datasetKindSchema.describe(
  Object.entries(datasetKinds)
    .map(([name, { description }]) => `${name}: ${description}`)
    .join('. '),
);

export const datasetQuerySchema = z.strictObject({
  kind: kind
    .optional()
    .describe('Kind of the dataset. Default: prompts for JSON Lines, lines for text/plain, trace for text/csv'),
  name: z.string().min(1).max(200).optional(),
});

const jsonLines = z
  .string()
  .describe(
    'One JSON object per line: {"prompt": "…"} or {"messages": [{"role": "user", "content": "…"}]}, optionally with maxOutputTokens. With ?kind=trace: {"atMs": 0, "inputTokens": 550, "outputTokens": 150} or {"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}',
  );

/** Maps the media types of a dataset to their documented schemas. */
export const datasetContent = {
  'application/jsonl': { schema: jsonLines },
  'application/x-ndjson': { schema: jsonLines },
  'text/plain': { schema: z.string().describe('Lines of text, or JSON Lines with ?kind=prompts or ?kind=trace') },
  'text/csv': {
    schema: z
      .string()
      .describe('A trace with the header TIMESTAMP,ContextTokens,GeneratedTokens and one row per request'),
  },
};

export const datasetSchema = z
  .object({
    datasetId: idSchema('dataset').describe('Id of the dataset, derived from its content'),
    name: z.string().nullable(),
    kind,
    contentSha256: z.string().describe('SHA-256 of the uploaded bytes, in hex'),
    bytes: z.int().min(0),
    entries: z
      .int()
      .min(1)
      .describe('Number of prompts, of nonblank lines (long lines are split), or of requests in a trace'),
    createdAt: instantSchema,
  })
  .meta({ id: 'Dataset', description: 'An uploaded text that provides prompts, lines or a trace for workloads' });
