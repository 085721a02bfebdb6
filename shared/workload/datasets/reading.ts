import { z } from 'zod';
import { countSchema } from '../../number-schema.ts';
import { datasetEncodings } from './encodings/registry.ts';
import { datasetFormSchema } from './forms/registry.ts';
import { timeUnitSchema } from './time-unit.ts';

/** Schema of how an uploaded file was read. */
export const datasetReadingSchema = z
  .object({
    format: datasetFormSchema.describe('Format of the entries, detected or given'),
    encoding: z.enum(datasetEncodings),
    timeUnit: timeUnitSchema.nullable().describe('Unit of the timestamps. Null for dates and prompts'),
    spanMs: z.number().nullable().describe('Time from the first to the last entry of a trace'),
    blockTokens: countSchema.nullable().describe('Tokens of a block of hash_ids, if the format defines them'),
    omitted: z.array(z.object({ reason: z.string(), entries: countSchema })).describe('Entries that cannot be used'),
    ignoredColumns: z.array(z.string()).describe('Fields that were not used'),
    uploadSha256: z.string().describe('SHA-256 of the uploaded bytes, in hex'),
    notes: z.array(z.string()).describe('Description of the reading in sentences'),
  })
  .meta({ id: 'DatasetReading', description: 'How the uploaded file was read' });
export type DatasetReading = z.infer<typeof datasetReadingSchema>;
