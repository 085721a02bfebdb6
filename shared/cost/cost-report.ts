import { z } from 'zod';
import type { Pricing } from '../domain/run-spec.ts';
import { pricingSchema, type Workload } from '../domain/run-spec.ts';
import type { Sample } from '../domain/sample.ts';
import { figure, figureSchema } from '../metrics/figure.ts';
import { compensatedSum } from '../stats/compensated-sum.ts';
import { billedTokens } from './billed-tokens.ts';
import { pricePerMillionTokensUsd } from './price-per-million-tokens-usd.ts';
import { requestCostUsd } from './request-cost-usd.ts';
import { typicalTokens } from './typical-tokens.ts';

const count = z.number().int().min(0);

export const costReportSchema = z
  .object({
    pricing: pricingSchema.nullable(),
    sources: z
      .object({ usage: count, tokenizer: count, mixed: count })
      .describe('Where the token counts of the good requests come from'),
    costPerRequestUsd: figureSchema,
    costPerThousandRequestsUsd: figureSchema,
    costPerMillionTokensUsd: figureSchema,
    costPerGoodRequestUsd: figureSchema,
    typicalRequest: z.object({
      basis: z
        .enum(['workload', 'measured'])
        .describe("The workload's stated means, or the means of what was measured"),
      inputTokens: z.number().nullable(),
      outputTokens: z.number().nullable(),
      typicalCostUsd: figureSchema,
      typicalCostPerThousandUsd: figureSchema,
      typicalCostPerMillionTokensUsd: figureSchema,
    }),
    totals: z.object({
      okUsd: figureSchema,
      failedUsd: figureSchema,
      warmupUsd: figureSchema,
      totalUsd: figureSchema,
      unknownBilling: count.describe(
        'Requests that the server began to answer, that did not end well, and report no usage: in no total',
      ),
    }),
  })
  .meta({ id: 'CostReport', description: 'What the tokens cost by the prices of the target' });
export type CostReport = z.infer<typeof costReportSchema>;

/**
 * What requests cost at a target's prices; null with the reason where the target has none.
 * @param samples all of the plan, warm-up included
 */
export function costReport(pricing: Pricing | null, workload: Workload, samples: readonly Sample[]): CostReport {
  const tally = tallyBills(pricing, samples);
  const { ok, failed, warmup, inputTokens, outputTokens } = tally;
  const n = ok.length;
  const priced = (value: number | null, of: number, reason: string) =>
    figure(pricing === null ? null : value, of, pricing === null ? 'the target has no pricing' : reason);
  const none = 'no request is ok with known token counts';
  const okUsd = compensatedSum(ok);
  const failedUsd = compensatedSum(failed);
  const warmupUsd = compensatedSum(warmup);
  const tokens = inputTokens + outputTokens;
  return {
    pricing,
    sources: tally.sources,
    costPerRequestUsd: priced(n === 0 ? null : okUsd / n, n, none),
    costPerThousandRequestsUsd: priced(n === 0 ? null : (okUsd * 1_000) / n, n, none),
    costPerMillionTokensUsd: priced(tokens === 0 ? null : (okUsd / tokens) * 1e6, n, none),
    costPerGoodRequestUsd: priced(n === 0 ? null : (okUsd + failedUsd) / n, n, none),
    typicalRequest: typicalRequest(pricing, workload, { n, inputTokens, outputTokens }),
    totals: {
      okUsd: priced(okUsd, n, none),
      failedUsd: priced(failedUsd, failed.length, none),
      warmupUsd: priced(warmupUsd, warmup.length, none),
      totalUsd: priced(okUsd + failedUsd + warmupUsd, n + failed.length + warmup.length, none),
      unknownBilling: tally.unknownBilling,
    },
  };
}

function tallyBills(pricing: Pricing | null, samples: readonly Sample[]) {
  const tally = {
    ok: [] as number[],
    failed: [] as number[],
    warmup: [] as number[],
    sources: { usage: 0, tokenizer: 0, mixed: 0 },
    inputTokens: 0,
    outputTokens: 0,
    unknownBilling: 0,
  };
  for (const sample of samples) {
    if (sample.outcome === 'not_sent') continue;
    const tokens = billedTokens(sample);
    if (tokens === null) {
      if (sample.httpStatus !== null && sample.httpStatus < 300) tally.unknownBilling += 1;
      continue;
    }
    const costUsd = pricing === null ? 0 : requestCostUsd(pricing, tokens);
    if (sample.warmup) tally.warmup.push(costUsd);
    else if (sample.outcome !== 'ok') tally.failed.push(costUsd);
    else {
      tally.ok.push(costUsd);
      tally.sources[tokens.source] += 1;
      tally.inputTokens += tokens.inputTokens;
      tally.outputTokens += tokens.outputTokens;
    }
  }
  return tally;
}

function typicalRequest(
  pricing: Pricing | null,
  workload: Workload,
  measured: { n: number; inputTokens: number; outputTokens: number },
): CostReport['typicalRequest'] {
  const stated = typicalTokens(workload);
  const { n } = measured;
  const means = n === 0 ? null : { inputTokens: measured.inputTokens / n, outputTokens: measured.outputTokens / n };
  const tokens = stated ?? means;
  const priced = pricing !== null && tokens !== null ? { pricing, tokens } : null;
  const costUsd = priced === null ? null : requestCostUsd(priced.pricing, priced.tokens);
  const perMillion = priced === null ? null : pricePerMillionTokensUsd(priced.pricing, priced.tokens);
  const reason = pricing === null ? 'the target has no pricing' : 'no request is ok with known token counts';
  // Stated means rest on no request.
  const typical = (value: number | null) => figure(value, stated === null ? n : 0, reason);
  return {
    basis: stated === null ? 'measured' : 'workload',
    inputTokens: tokens?.inputTokens ?? null,
    outputTokens: tokens?.outputTokens ?? null,
    typicalCostUsd: typical(costUsd),
    typicalCostPerThousandUsd: typical(costUsd === null ? null : costUsd * 1_000),
    typicalCostPerMillionTokensUsd: typical(perMillion),
  };
}
