import { tQuantile } from './distributions.ts';
import type { Interval } from './interval.ts';
import { compensatedSum, mean, sampleStandardDeviation } from './mean.ts';

/**
 * Computes the interval of the mean for reports, in the unit of the values. Combines the outer ends of Student's
 * interval and of the skewness-corrected interval. From n = 20, it contains the true mean in 94–97 % of simulations,
 * for all tested distributions (docs/statistics.md). Returns null if n < 3, or if an end is too large for a double.
 */
export function meanInterval(values: Float64Array, level = 0.95): Interval | null {
  const plain = tInterval(values, level);
  const corrected = skewnessCorrectedInterval(values, level);
  if (plain === null || corrected === null) return null;
  return {
    level,
    low: Math.min(plain.low, corrected.low),
    high: Math.max(plain.high, corrected.high),
    method: 't, plain and skewness corrected, the farther ends',
  };
}

/**
 * Computes Student's interval of the mean, mean ± t(n − 1)·s/√n, in the unit of the values. It is exact for normal
 * values. Returns null if n < 2, or if an end is too large for a double. Example: 1, 2, 3, 4 gives 2.5 ± 2.05.
 */
export function tInterval(values: ArrayLike<number> & Iterable<number>, level = 0.95): Interval | null {
  const center = mean(values);
  const stddev = sampleStandardDeviation(values);
  if (center === null || stddev === null) return null;
  // The values differ, but their squared deviations are too small for a double.
  if (stddev === 0 && Array.prototype.some.call(values, (value) => value !== values[0])) return null;
  const half = (tQuantile((1 + level) / 2, values.length - 1) * stddev) / Math.sqrt(values.length);
  const [low, high] = [center - half, center + half];
  return Number.isFinite(low) && Number.isFinite(high) ? { level, low, high, method: 't' } : null;
}

/**
 * Computes the interval of the mean by `tWithSkewness`, in the unit of the values. If all values are equal, both ends
 * are this value. Returns null if n < 3, or if an end is too large for a double.
 */
export function skewnessCorrectedInterval(values: Float64Array, level = 0.95): Interval | null {
  const n = values.length;
  if (n < 3) return null;
  const mean = compensatedSum(values) / n;
  // Computes the deviations twice instead of storing them, which would take 8 MB for a million values.
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const deviation = (values[i] ?? 0) - mean;
    squares += deviation * deviation;
  }
  const length = Math.sqrt(squares);
  const method = 't, skewness corrected';
  if (length === 0)
    return values.some((value) => value !== values[0]) ? null : { level, low: mean, high: mean, method };
  let cubes = 0;
  for (let i = 0; i < n; i++) {
    const share = ((values[i] ?? 0) - mean) / length;
    cubes += share * share * share;
  }
  const standardError = length / Math.sqrt(n * (n - 1));
  const t = tWithSkewness(cubes, n, tQuantile((1 + level) / 2, n - 1));
  const low = mean - standardError * t.high;
  const high = mean - standardError * t.low;
  return Number.isFinite(low) && Number.isFinite(high) ? { level, low, high, method } : null;
}

/** Factor for the skewness, which heavy-tailed samples underestimate. Chosen by simulation (docs/statistics.md). */
const inflation = 1.3;

/**
 * Returns the critical values of T = √n(mean − μ)/s for skewed values. Applies the inverse of Hall's transform (P.
 * Hall, JRSS B 54, 1992) to ±t: g(T) = T + aT² + a²T³/3 + γ/(6√n), a = γ/(3√n). γ is the bias-corrected skewness times
 * `inflation`.
 * @param cubes Σ(deviation/length)³ with length = √Σ deviation², so that no cube is too large for a double
 * @param n at least 3
 * @param t Student's t for the level and n − 1 degrees of freedom
 */
export function tWithSkewness(cubes: number, n: number, t: number): { low: number; high: number } {
  const skewness = inflation * cubes * Math.sqrt(n) * (Math.sqrt(n * (n - 1)) / (n - 2));
  return { low: transformBack(-t, skewness, n), high: transformBack(t, skewness, n) };
}

/** Computes the inverse of Hall's transform g. */
function transformBack(transformed: number, skewness: number, n: number): number {
  const a = skewness / (3 * Math.sqrt(n));
  // For small a, the closed form is imprecise. The value returned here differs from T by only about a·T².
  if (Math.abs(a) < 1e-7) return transformed - skewness / (6 * Math.sqrt(n));
  return (Math.cbrt(1 + 3 * a * (transformed - skewness / (6 * Math.sqrt(n)))) - 1) / a;
}
