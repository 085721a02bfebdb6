import { mean, sampleStandardDeviation } from '../../stats/mean.ts';
import { sortedQuantile } from '../../stats/quantile.ts';
import type { OpenSpans } from '../find-open-spans.ts';

export type StartBurst = {
  /** Indices (into the spans) of the first request of each stream, in the order in which these requests began. */
  first: number[];
  /** Time in ms between the earliest and the latest start of the requests in `first`. */
  spanMs: number;
  /** Time in ms at which 90 % of the requests in `first` have ended. Afterwards, streams no longer start together. */
  overMs: number;
};

const maxShareOfService = 0.1;
const overAt = 0.9;

/** Finds the first request of each stream. Returns null unless all start within 10 % of the median open time. */
export function findStartBurst(spans: OpenSpans, concurrency: number): StartBurst | null {
  const { beginMs, endMs } = spans;
  if (concurrency < 2 || beginMs.length < concurrency) return null;
  const first = findFirstToBegin(spans, concurrency);
  const at = (k: number) => beginMs[first.at(k) ?? 0] ?? 0;
  const spanMs = at(-1) - at(0);
  const openMs = sortedQuantile(spans.sortedOpenMs, 0.5);
  if (openMs === null || spanMs > maxShareOfService * openMs) return null;
  const endsMs = Float64Array.from(first, (i) => endMs[i] ?? 0).sort();
  return { first, spanMs, overMs: sortedQuantile(endsMs, overAt) ?? at(-1) };
}

/** Returns the indices of the first `count` requests, in the order in which they begin. Avoids sorting all requests. */
export function findFirstToBegin({ beginMs, sortedBeginMs }: OpenSpans, count: number): number[] {
  const last = sortedBeginMs[count - 1] ?? Number.POSITIVE_INFINITY;
  const candidates: number[] = [];
  for (let i = 0; i < beginMs.length; i++) if ((beginMs[i] ?? 0) <= last) candidates.push(i);
  return candidates.sort((a, b) => (beginMs[a] ?? 0) - (beginMs[b] ?? 0)).slice(0, count);
}

export type Synchronization = {
  /** Index of dispersion (variance / mean) of request starts per tenth of the median open time. 1 if random. */
  dispersion: number;
  /** Autocorrelation of request starts at a lag of one median open time. 0 if random, 1 if synchronized. */
  autocorrelation: number;
};

const stepsPerService = 10;
const minSteps = 6 * stepsPerService;
const lags = [8, 9, 10, 11, 12];
const minDispersion = 3;
const minAutocorrelation = 0.3;

/**
 * Finds whether a closed loop's streams are synchronized: if all requests take equally long, requests that start
 * together also end together. Their starts must cluster (dispersion over 3) and recur after one median open time
 * (autocorrelation over 0.3 and 4/√steps). Returns null if they do not, or if the stage is shorter than six
 * median open times.
 * @param fromMs where the search begins, in ms: after the start of the load, at which all streams start together
 */
export function findSynchronization(
  { beginMs, sortedBeginMs, sortedOpenMs }: OpenSpans,
  fromMs: number,
): Synchronization | null {
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
  const isRecurring = autocorrelation > Math.max(minAutocorrelation, 4 / Math.sqrt(steps));
  return dispersion > minDispersion && isRecurring ? { dispersion, autocorrelation } : null;
}

function computeCovariance(counts: Float64Array, center: number, lag: number): number {
  let sum = 0;
  for (let k = lag; k < counts.length; k++) sum += ((counts[k] ?? 0) - center) * ((counts[k - lag] ?? 0) - center);
  return sum / (counts.length - lag - 1);
}
