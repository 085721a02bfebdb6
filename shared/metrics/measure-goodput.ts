import { z } from 'zod';
import { isFailure } from '../sample/outcome.ts';
import type { Sample } from '../sample/sample.ts';
import type { Slo } from '../spec/slo.ts';
import { estimateShare, shareEstimateSchema } from './metric-value.ts';
import { computeRequestMetric } from './request-metrics.ts';

export const goodputSchema = z.object({
  goodputShare: shareEstimateSchema,
  slos: z
    .array(
      z.object({
        metric: z.string(),
        max: z.number().nullable(),
        min: z.number().nullable(),
        sloShare: shareEstimateSchema,
      }),
    )
    .describe('Each SLO of the spec, with the share of requests that meet it alone'),
});
export type Goodput = z.infer<typeof goodputSchema>;

export const noSlos = 'the spec has no slos';

/**
 * Measures goodput: the share of requests that succeed and meet every SLO, and the share for each SLO alone. A failed
 * request counts as missing every SLO. Canceled requests do not count, because their result is unknown.
 */
export function measureGoodput(slos: readonly Slo[], measured: readonly Sample[]): Goodput {
  if (slos.length === 0) return { goodputShare: estimateShare(0, 0, noSlos), slos: [] };
  const met = slos.map(() => 0);
  let metAll = 0;
  let ended = 0;
  for (const sample of measured) {
    if (isFailure(sample.outcome)) ended += 1;
    if (sample.outcome !== 'ok') continue;
    ended += 1;
    let missed = 0;
    for (const [i, slo] of slos.entries()) {
      if (isMet(slo, sample)) met[i] = (met[i] ?? 0) + 1;
      else missed += 1;
    }
    if (missed === 0) metAll += 1;
  }
  const estimate = (count: number) => estimateShare(count, ended, 'no request has ended');
  return {
    goodputShare: estimate(metAll),
    slos: slos.map(({ metric, max, min }, i) => ({
      metric,
      max: max ?? null,
      min: min ?? null,
      sloShare: estimate(met[i] ?? 0),
    })),
  };
}

/** Returns whether a request succeeded and meets every SLO. */
export function isGood(slos: readonly Slo[], sample: Sample): boolean {
  return sample.outcome === 'ok' && slos.every((slo) => isMet(slo, sample));
}

/** Returns whether a request succeeded, meets every SLO, and did not return a wrong checksum. */
export function isServed(slos: readonly Slo[], sample: Sample): boolean {
  return sample.checksum !== 'mismatch' && isGood(slos, sample);
}

/** A request that lacks the SLO's metric does not meet the SLO. */
function isMet({ metric, max, min }: Slo, sample: Sample): boolean {
  const value = computeRequestMetric(sample, metric);
  return value !== null && (max === undefined || value <= max) && (min === undefined || value >= min);
}
