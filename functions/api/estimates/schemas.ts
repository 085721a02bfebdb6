import { z } from 'zod';
import { serviceCostSchema } from '../../../shared/records/service-cost.ts';

const count = z.int().min(0);
const knownUsd = z.number().min(0);
const usd = knownUsd.nullable();
const requests = z.object({ measured: count, warmup: count });

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
    inputTokens: count.describe('Input tokens of all requests (Llama 2 tokenizer)'),
    outputTokens: count.describe('Requested output tokens of all requests'),
    costUsd: usd.describe('Expected cost in USD. Null if a target has no pricing'),
    costBounds: z
      .object({
        lowUsd: knownUsd,
        highUsd: knownUsd.describe('Upper bound. 95 % of possible totals are between lowUsd and highUsd'),
        worstCaseUsd: knownUsd.describe('Total if every request costs as much as the most expensive sampled request'),
      })
      .nullable()
      .describe('Range of the cost in USD. Null if a target has no pricing'),
    costCapUsd: usd.describe('Cost limit in USD (`limits.maxCostUsd`). Null if not set'),
    targets: z.array(targetEstimateSchema),
    stages: count,
    batches: count,
    workers: count.describe('Maximum number of concurrent workers'),
    durationMs: z
      .object({ min: count, max: count })
      .describe('Duration in milliseconds, at most `limits.maxDurationMs`'),
    service: z
      .object({ min: serviceCostSchema, max: serviceCostSchema })
      .describe('AWS usage in addition to tokens, for the shortest and the longest duration'),
    assumptions: z.array(z.string()).describe('Assumptions of the estimate'),
  })
  .meta({ id: 'Estimate' });
export type RunEstimate = z.infer<typeof estimateSchema>;
