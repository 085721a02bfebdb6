import { mean, sampleStandardDeviation } from '../../stats/mean.ts';
import { sortedQuantile } from '../../stats/quantile.ts';
import type { OpenSpans } from '../find-open-spans.ts';

export type Lockstep = {
  /** Variance of the number of begins in a tenth of the median open time, over its mean: 1 for begins that come by chance. */
  dispersion: number;
  /** Correlation of these numbers with those about one open time later: 0 by chance, 1 in perfect step. */
  autocorrelation: number;
};

/** Steps to a median open time. */
const stepsPerService = 10;
const minSteps = 6 * stepsPerService;
const lags = [8, 9, 10, 11, 12];
const minDispersion = 3;
const minAutocorrelation = 0.3;

/**
 * Whether the streams of a closed loop run in step: their requests all take equally long, so that those which began
 * together end together and begin together again, for ever. Then the target sees bursts, whatever concurrency is asked for,
 * and latencies depend on the place in the burst. Both must hold: begins clump more than chance would have it (dispersion
 * over 3), and the clumps come back one open time later (autocorrelation over 0.3 and over 4/√steps). Null where it is not
 * so, or the stage is shorter than six open times.
 * @param fromMs where the first requests are behind, so that the start itself is not taken for a step
 */
export function findLockstep({ beginMs, sortedBeginMs, sortedOpenMs }: OpenSpans, fromMs: number): Lockstep | null {
  const openMs = sortedQuantile(sortedOpenMs, 0.5);
  const lastMs = Math.max(fromMs, sortedBeginMs.at(-1) ?? fromMs);
  if (openMs === null || openMs <= 0) return null;
  const stepMs = openMs / stepsPerService;
  const steps = Math.min(Math.floor((lastMs - fromMs) / stepMs), 1_000_000);
  if (steps < minSteps) return null;
  const counts = new Float64Array(steps);
  for (const begin of beginMs) {
    const step = Math.floor((begin - fromMs) / stepMs);
    if (step >= 0 && step < steps) counts[step] = (counts[step] ?? 0) + 1;
  }
  const center = mean(counts) ?? 0;
  const variance = (sampleStandardDeviation(counts) ?? 0) ** 2;
  if (center === 0 || variance === 0) return null;
  const dispersion = variance / center;
  const autocorrelation = Math.max(...lags.map((lag) => computeCovariance(counts, center, lag) / variance));
  const isInStep = autocorrelation > Math.max(minAutocorrelation, 4 / Math.sqrt(steps));
  return dispersion > minDispersion && isInStep ? { dispersion, autocorrelation } : null;
}

function computeCovariance(counts: Float64Array, center: number, lag: number): number {
  let sum = 0;
  for (let k = lag; k < counts.length; k++) sum += ((counts[k] ?? 0) - center) * ((counts[k - lag] ?? 0) - center);
  return sum / (counts.length - lag - 1);
}
