import { z } from 'zod';
import { countSchema } from '../../number-schema.ts';
import { datasetEncodings } from './encodings/registry.ts';
import { datasetFormSchema } from './forms/registry.ts';
import { timeUnitSchema } from './time-unit.ts';

/** Schema of how an uploaded file was read. */
export const datasetReadingSchema = z
  .object({
    format: datasetFormSchema.describe('Detected or given'),
    encoding: z.enum(datasetEncodings).meta({ id: 'DatasetEncoding' }),
    timeUnit: timeUnitSchema.nullable().describe('Null for dates and prompts'),
    spanMs: z.number().nullable(),
    blockTokens: countSchema.nullable().describe('Block size of hash_ids, if the format defines it'),
    omitted: z
      .array(z.object({ reason: z.string(), entries: countSchema }).meta({ id: 'OmittedEntries' }))
      .describe('Entries that cannot be used'),
    ignoredColumns: z.array(z.string()).describe('Fields that were not used'),
    uploadSha256: z.string().describe('SHA-256 of the file, in hex'),
    notes: z.array(z.string()).describe('Sentences for readers'),
  })
  .meta({ id: 'DatasetReading', description: 'How the file was read' });
export type DatasetReading = z.infer<typeof datasetReadingSchema>;
