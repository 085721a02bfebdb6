import { computeMoments, type Moments, mergeMoments, noMoments } from '../stats/moments.ts';
import {
  addToSketch,
  createSketch,
  mergeSketches,
  type QuantileSketch,
  sketchQuantiles,
} from '../stats/quantile-sketch.ts';
import { computeStatistics, type Statistics } from './metric-value.ts';

/** A summary of gaps if there are too many to keep: counts by size, and moments for the mean and standard deviation. */
export type GapSketch = { sketch: QuantileSketch; moments: Moments };

/** All gaps between successive output events in ms, or a sketch of the gaps. Null if the gaps are unknown. */
export type ChunkGaps = Float64Array | GapSketch | null;

/** Maximum number of gaps to keep individually (16 MB), so that their quantiles are exact. */
export const maxRawGaps = 2_000_000;

const quantileError = 0.005;

export function createGapSketch(): GapSketch {
  return { sketch: createSketch(quantileError), moments: noMoments };
}

export function addGaps(into: GapSketch, gapsMs: Float64Array): void {
  addToSketch(into.sketch, gapsMs);
  into.moments = mergeMoments(into.moments, computeMoments(gapsMs));
}

export function mergeGaps(into: GapSketch, { sketch, moments }: GapSketch): void {
  into.sketch = mergeSketches(into.sketch, sketch);
  into.moments = mergeMoments(into.moments, moments);
}

/** Combines the gaps of several stages. The result is a sketch if any input is a sketch or there are too many gaps. */
export function poolGaps(parts: readonly ChunkGaps[]): ChunkGaps {
  const known = parts.filter((part) => part !== null);
  if (known.length === 0) return null;
  const raw = known.filter((part) => part instanceof Float64Array);
  const total = raw.reduce((sum, { length }) => sum + length, 0);
  if (raw.length === known.length && total <= maxRawGaps) return concatenate(raw, total);
  return known.map(toSketch).reduce((a, b) => ({
    sketch: mergeSketches(a.sketch, b.sketch),
    moments: mergeMoments(a.moments, b.moments),
  }));
}

function toSketch(gaps: Float64Array | GapSketch): GapSketch {
  if (!(gaps instanceof Float64Array)) return gaps;
  const sketch = createGapSketch();
  addGaps(sketch, gaps);
  return sketch;
}

function concatenate(parts: readonly Float64Array[], total: number): Float64Array {
  const whole = new Float64Array(total);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/**
 * Computes the statistics of gaps, without intervals, because the gaps of one request are not independent. If the gaps
 * are a sketch, quantiles have a relative error of at most `quantileError`; the other statistics are exact.
 */
export function summarizeGaps(gaps: ChunkGaps, whyNone: string): Statistics {
  if (gaps === null || gaps instanceof Float64Array)
    return computeStatistics(gaps ?? [], whyNone, { independent: false });
  const { sketch, moments } = gaps;
  const { n, mean, squares } = moments;
  const [p25 = null, p50 = null, p75 = null, p90 = null, p95 = null, p99 = null] = sketchQuantiles(
    sketch,
    [0.25, 0.5, 0.75, 0.9, 0.95, 0.99],
  );
  return {
    n,
    mean: n === 0 ? null : mean,
    stddev: n < 2 ? null : Math.sqrt(squares / (n - 1)),
    min: n === 0 ? null : sketch.min,
    p25,
    p50,
    p75,
    p90,
    p95,
    p99,
    max: n === 0 ? null : sketch.max,
    reason: n === 0 ? whyNone : null,
    intervals: null,
    quantileError: sketch.relativeAccuracy,
  };
}
