import { z } from 'zod';
import { sampleSchema } from '../../../shared/sample/sample.ts';
import { buildFormatSchema } from '../http/choose-format.ts';

/** The formats of samples, and their media types. */
export const sampleFormats = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;

export const sampleQuerySchema = z.strictObject({
  format: buildFormatSchema(sampleFormats),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000).describe('Samples of a page at most'),
  cursor: z.string().min(1).max(200).optional().describe('From the Link header of the page before'),
});

/** One line of the NDJSON answer, and the columns of the CSV one. */
export const placedSampleSchema = sampleSchema
  .extend({
    stageIndex: z.int().min(0).describe('Position in the plan'),
    targetId: z.string().describe('Id of the target'),
    levelIndex: z.int().min(0).describe('Index of the load level, in the order in which the target is run at them'),
  })
  .meta({ id: 'Sample', description: 'The raw record of one request' });
