import { z } from 'zod';
import { serviceCostSchema } from '../../../shared/records/service-cost.ts';

const count = z.int().min(0);
const usd = z.number().min(0).nullable();
const requests = z.object({ measured: count, warmup: count });

export const estimateQuerySchema = z.strictObject({
  e2eLatencyMs: z.coerce
    .number()
    .positive()
    .max(600_000)
    .optional()
    .describe('End-to-end latency of a request to reckon with; a range from a quick to a slow endpoint if left out'),
});

const targetEstimateSchema = z.object({
  targetId: z.string(),
  requests,
  inputTokens: count,
  outputTokens: count,
  costUsd: usd,
});
export type TargetEstimate = z.infer<typeof targetEstimateSchema>;

export const estimateSchema = z
  .object({
    requests: requests.extend({ total: count }),
    inputTokens: count.describe('Of all requests, by the Llama 2 tokenizer'),
    outputTokens: count.describe('Of all requests, as asked for'),
    costUsd: usd.describe('Null where a target has no pricing'),
    costBounds: z
      .object({
        lowUsd: z.number().min(0),
        highUsd: z.number().min(0).describe('With lowUsd: 95 % of the totals that the draws of sizes give'),
        worstCaseUsd: z.number().min(0).describe('Every request as dear as the dearest of the first ones'),
      })
      .nullable()
      .describe('Null where a target has no pricing'),
    costCapUsd: usd.describe('limits.maxCostUsd'),
    targets: z.array(targetEstimateSchema),
    stages: count,
    batches: count,
    workers: count.describe('At work at the same moment, at the widest'),
    durationMs: z.object({ min: count, max: count }).describe('Within limits.maxDurationMs'),
    service: z
      .object({ min: serviceCostSchema, max: serviceCostSchema })
      .describe('What the run takes of AWS besides its tokens, at the shortest and the longest of those times'),
    assumptions: z.array(z.string()).describe('What the figures rest on'),
  })
  .meta({ id: 'Estimate' });
export type RunEstimate = z.infer<typeof estimateSchema>;
