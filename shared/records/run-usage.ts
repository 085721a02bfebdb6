import { z } from 'zod';
import { countSchema } from '../number-schema.ts';

/** What a run used. All numbers are whole, so that their sums are exact. */
export const runUsageSchema = z.object({
  requests: countSchema.describe('Sent requests, including warm-up and failed ones'),
  inputTokens: countSchema.describe('Billed input tokens'),
  outputTokens: countSchema.describe('Billed output tokens'),
  /** Cost of the tokens at the prices of the targets, in nano-USD (10^-9 USD). */
  nanoUsd: countSchema,
  unpricedRequests: countSchema.describe('Sent requests whose cost is unknown: no prices, or no token counts'),
});
export type RunUsage = z.infer<typeof runUsageSchema>;

export const noUsage: RunUsage = { requests: 0, inputTokens: 0, outputTokens: 0, nanoUsd: 0, unpricedRequests: 0 };

/** Maximum cost of a run in nano-USD: 100,000 USD. The stores have no exact numbers for the sum of many larger costs. */
const maxNanoUsd = 1e14;

/** Converts a run's cost to whole nano-USD. */
export function toNanoUsd(costUsd: number): number {
  return Math.min(Math.round(costUsd * 1e9), maxNanoUsd);
}

/** Use of a tenant on one day in UTC. Each run counts on the day on which it ended. */
export type DayUsage = RunUsage & { date: string; runs: number };

export function addUsage(a: RunUsage, b: RunUsage): RunUsage {
  return {
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    nanoUsd: a.nanoUsd + b.nanoUsd,
    unpricedRequests: a.unpricedRequests + b.unpricedRequests,
  };
}
