import { z } from 'zod';

export const metricDefinitionSchema = z
  .object({
    unit: z.string(),
    formula: z.string().describe('In terms of the instants and counts of a request, or of other metrics'),
    basis: z
      .enum(['instants', 'chunks', 'tokenizer', 'usage', 'usage, else tokenizer', 'counts', 'answer'])
      .describe('What it is counted on: tokens by the Llama 2 tokenizer or as the server says, chunks, or neither'),
    over: z.string().describe('The requests it is taken over'),
    description: z.string(),
  })
  .meta({ id: 'MetricDefinition', description: 'What a number of the report means' });
export type MetricDefinition = z.infer<typeof metricDefinitionSchema>;

/** Over which requests most metrics are taken. */
export const overOk = 'measured requests that are ok';
export const overIssued = 'measured requests that were issued';
