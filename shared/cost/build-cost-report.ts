import { z } from 'zod';
import { estimateMean, estimateRatio, metricEstimateSchema } from '../metrics/metric-estimate.ts';
import { createMetricValue, type MetricValue, metricValueSchema } from '../metrics/metric-value.ts';
import { countSchema as count } from '../number-schema.ts';
import type { Sample } from '../sample/sample.ts';
import { type Dedicated, type Pricing, pricingSchema } from '../spec/pricing.ts';
import { compensatedSum } from '../stats/mean.ts';
import { getWorkloadKind, type Workload } from '../workload/workload.ts';
import { computeDedicatedCost, dedicatedCostSchema, type Throughput } from './compute-dedicated-cost.ts';
import { computePricePerMillionTokensUsd, computeRequestCostUsd } from './compute-request-cost-usd.ts';
import { type Bills, tallyBills } from './tally-bills.ts';

export const costReportSchema = z
  .object({
    pricing: pricingSchema.nullable(),
    sources: z
      .object({ usage: count, tokenizer: count, mixed: count })
      .describe('Origin of the token counts of the successful requests'),
    tokens: z
      .object({ inputTokens: count, cachedInputTokens: count, outputTokens: count, reasoningTokens: count })
      .describe('Billed tokens of the successful requests; cached input and reasoning as reported by usage'),
    costPerRequestUsd: metricEstimateSchema,
    costPerThousandRequestsUsd: metricEstimateSchema,
    costPerMillionInputTokensUsd: metricEstimateSchema,
    costPerMillionOutputTokensUsd: metricEstimateSchema,
    costPerMillionTokensUsd: metricEstimateSchema,
    costPerGoodRequestUsd: metricEstimateSchema,
    typicalRequest: z.object({
      basis: z
        .enum(['workload', 'measured'])
        .meta({ id: 'TypicalRequestBasis' })
        .describe("The workload's stated means, or the measured means"),
      inputTokens: z.number().nullable(),
      outputTokens: z.number().nullable(),
      typicalCostUsd: metricValueSchema,
      typicalCostPerThousandUsd: metricValueSchema,
      typicalCostPerMillionTokensUsd: metricValueSchema,
    }),
    dedicated: dedicatedCostSchema.nullable().describe('Null if the target has no dedicated hardware'),
    totals: z.object({
      okUsd: metricValueSchema,
      failedUsd: metricValueSchema,
      warmupUsd: metricValueSchema,
      totalUsd: metricValueSchema,
      unknownBilling: count.describe(
        'Failed or canceled requests that reached the server and report no usage; no total includes them',
      ),
    }),
  })
  .meta({ id: 'CostReport', description: 'Cost of the tokens by the prices of the target' });
export type CostReport = z.infer<typeof costReportSchema>;

export type CostInput = {
  /** The target's token prices. Null if the target has no token prices; its costs per token are then null. */
  pricing: Pricing | null;
  dedicated: Dedicated | null;
  /** The throughput that determines the cost on dedicated hardware. Null if no throughput was measured. */
  throughput: Throughput | null;
  workload: Workload;
  /** All samples of the plan, including the warm-up. */
  samples: readonly Sample[];
  /** Returns whether a request with outcome `ok` also meets all SLOs and has no mismatched checksum. */
  isGood(sample: Sample): boolean;
};

/** Computes the cost of a target's requests at its token prices and on its hardware. A missing cost has a reason. */
export function buildCostReport({ pricing, dedicated, throughput, workload, samples, isGood }: CostInput): CostReport {
  const bills = tallyBills(pricing, samples, isGood);
  const { tokens } = bills;
  const n = bills.ok.length;
  const priced = (value: number | null, of: number, reason = 'no successful request has known token counts') =>
    createMetricValue(pricing === null ? null : value, of, pricing === null ? noPricing : reason);
  const okUsd = compensatedSum(bills.ok);
  const failedUsd = compensatedSum(bills.failed);
  const warmupUsd = compensatedSum(bills.warmup);
  return {
    pricing,
    sources: bills.sources,
    tokens,
    ...computeUnitCosts(bills, priced),
    typicalRequest: describeTypicalRequest(pricing, workload, bills),
    dedicated: computeDedicatedCost(dedicated, throughput),
    totals: {
      okUsd: priced(okUsd, n),
      failedUsd: priced(failedUsd, bills.failed.length),
      warmupUsd: priced(warmupUsd, bills.warmup.length),
      totalUsd: priced(okUsd + failedUsd + warmupUsd, n + bills.failed.length + bills.warmup.length),
      unknownBilling: bills.unknownBilling,
    },
  };
}

const noPricing = 'the target has no pricing';

type UnitCosts = Pick<CostReport, Extract<keyof CostReport, `costPer${string}`>>;

/** Computes the costs per request and per token (means, or ratios of sums) with their intervals. */
function computeUnitCosts(
  bills: Bills,
  priced: (value: number | null, of: number, reason?: string) => MetricValue,
): UnitCosts {
  const { ok, failed, inputUsd, outputUsd, inputTokens, outputTokens, tokens, good, isGood } = bills;
  const n = ok.length;
  const okUsd = compensatedSum(ok);
  const mean = priced(n === 0 ? null : okUsd / n, n);
  const thousand = priced(n === 0 ? null : (okUsd * 1_000) / n, n);
  const perMillion = (usd: number[], count: number, counts: number[]) =>
    estimateRatio(priced(count === 0 ? null : (compensatedSum(usd) / count) * 1e6, n), usd, counts, 1e6);
  const paid = okUsd + compensatedSum(failed);
  const perGood = priced(good === 0 ? null : paid / good, good, 'no good request has known token counts');
  const bothTokens = inputTokens.map((count, i) => count + (outputTokens[i] ?? 0));
  return {
    costPerRequestUsd: estimateMean(mean, ok),
    costPerThousandRequestsUsd: estimateMean(thousand, ok, 1_000),
    costPerMillionInputTokensUsd: perMillion(inputUsd, tokens.inputTokens, inputTokens),
    costPerMillionOutputTokensUsd: perMillion(outputUsd, tokens.outputTokens, outputTokens),
    costPerMillionTokensUsd: perMillion(ok, tokens.inputTokens + tokens.outputTokens, bothTokens),
    costPerGoodRequestUsd: estimateRatio(perGood, [...ok, ...failed], [...isGood, ...failed.map(() => 0)]),
  };
}

function describeTypicalRequest(
  pricing: Pricing | null,
  workload: Workload,
  { ok, tokens: sums }: Bills,
): CostReport['typicalRequest'] {
  const stated = getWorkloadKind(workload).findStatedTokens?.(workload) ?? null;
  const n = ok.length;
  const means = {
    inputTokens: sums.inputTokens / n,
    cachedInputTokens: sums.cachedInputTokens / n,
    outputTokens: sums.outputTokens / n,
    reasoningTokens: sums.reasoningTokens / n,
  };
  const tokens = stated ?? (n === 0 ? null : means);
  const priced = pricing !== null && tokens !== null ? { pricing, tokens } : null;
  const costUsd = priced === null ? null : computeRequestCostUsd(priced.pricing, priced.tokens);
  const perMillion = priced === null ? null : computePricePerMillionTokensUsd(priced.pricing, priced.tokens);
  const reason = pricing === null ? noPricing : 'no successful request has known token counts';
  // If the token counts come from the workload, no request was measured, so n is 0.
  const typical = (value: number | null) => createMetricValue(value, stated === null ? n : 0, reason);
  return {
    basis: stated === null ? 'measured' : 'workload',
    inputTokens: tokens?.inputTokens ?? null,
    outputTokens: tokens?.outputTokens ?? null,
    typicalCostUsd: typical(costUsd),
    typicalCostPerThousandUsd: typical(costUsd === null ? null : costUsd * 1_000),
    typicalCostPerMillionTokensUsd: typical(perMillion),
  };
}
