import { z } from 'zod';
import { sampleSchema } from '../../../shared/sample/sample.ts';
import { buildFormatSchema } from '../http/choose-format.ts';

/** Maps the formats of samples to media types. */
export const sampleFormats = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;

export const sampleQuerySchema = z.strictObject({
  format: buildFormatSchema(sampleFormats),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000).describe('Maximum number of samples per page'),
  cursor: z.string().min(1).max(200).optional().describe('Cursor from the `Link` header of the previous page'),
});

/** One line of the NDJSON response, and the columns of the CSV response. */
export const placedSampleSchema = sampleSchema
  .extend({
    stageIndex: z.int().min(0).describe('Index of the stage in the plan'),
    targetId: z.string().describe('Id of the target'),
    levelIndex: z.int().min(0).describe('Index of the load level, in run order'),
  })
  .meta({ id: 'Sample', description: 'The raw record of one request' });
