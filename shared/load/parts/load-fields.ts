import { z } from 'zod';
import { stopWhenField } from './stop-when.ts';

export const requestsField = z.number().int().min(1).max(1_000_000).default(150);
export const concurrencySchema = z.number().int().min(1).max(100_000);
export const durationMsField = z
  .number()
  .int()
  .min(100)
  .max(86_400_000)
  .optional()
  .describe('No request of the stage starts later than this after its start');
export const rampMsField = z.number().int().min(0).max(86_400_000).optional();

/** Fields that every load has. */
export const commonFields = {
  stopWhen: stopWhenField,
  warmupRequests: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(5)
    .describe('Sent before the clock counts, for each target; kept apart in the report'),
};
