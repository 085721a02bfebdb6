import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mean } from '../../../shared/stats/mean.ts';
import { sampleStandardDeviation } from '../../../shared/stats/sample-standard-deviation.ts';
import { skewnessCorrectedInterval } from '../../../shared/stats/skewness-corrected-interval.ts';
import { tInterval } from '../../../shared/stats/t-interval.ts';
import { tQuantile } from '../../../shared/stats/t-quantile.ts';

const values = fc.float64Array({ min: 1, max: 1e4, noNaN: true, minLength: 5, maxLength: 60 });

/** Hall's transform of T = √n(mean − μ)/s, straight from the formula. */
function transformed(series: Float64Array, candidate: number): number {
  const n = series.length;
  const center = Number(mean(series));
  const deviations = series.map((value) => value - center);
  const second = deviations.reduce((sum, value) => sum + value ** 2, 0) / n;
  const third = deviations.reduce((sum, value) => sum + value ** 3, 0) / n;
  const skewness = 1.3 * (third / second ** 1.5) * (Math.sqrt(n * (n - 1)) / (n - 2));
  const t = (Math.sqrt(n) * (center - candidate)) / Number(sampleStandardDeviation(series));
  const a = skewness / (3 * Math.sqrt(n));
  return t + a * t ** 2 + (a ** 2 * t ** 3) / 3 + skewness / (6 * Math.sqrt(n));
}

describe('skewnessCorrectedInterval', () => {
  test('has its ends where the transform of the formula is ± t', () => {
    fc.assert(
      fc.property(values, (series) => {
        fc.pre(Number(sampleStandardDeviation(series)) > 1);
        const interval = skewnessCorrectedInterval(series);
        const t = tQuantile(0.975, series.length - 1);
        expect(transformed(series, Number(interval?.low)) / t).toBeCloseTo(1, 6);
        expect(transformed(series, Number(interval?.high)) / t).toBeCloseTo(-1, 6);
      }),
    );
  });

  test('is the t interval of values that lie evenly about their mean', () => {
    const even = Float64Array.of(1, 2, 4, 5, 6, 8, 9);
    const [ours, t] = [skewnessCorrectedInterval(even), tInterval(even)];
    expect(ours?.low).toBeCloseTo(Number(t?.low), 10);
    expect(ours?.high).toBeCloseTo(Number(t?.high), 10);
  });

  test('reaches farther to the side of the tail than t does', () => {
    const skewed = Float64Array.from({ length: 40 }, (_, i) => Math.exp(i / 10));
    expect(skewnessCorrectedInterval(skewed)?.high).toBeGreaterThan(Number(tInterval(skewed)?.high));
    expect(skewnessCorrectedInterval(skewed)?.low).toBeGreaterThan(Number(tInterval(skewed)?.low));
  });

  test('moves and stretches with the values', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.1, max: 10, noNaN: true }), (series, factor) => {
        fc.pre(Number(sampleStandardDeviation(series)) > 1);
        const [plain, moved] = [series, series.map((value) => 50 + factor * value)].map((each) =>
          skewnessCorrectedInterval(each),
        );
        expect(Number(moved?.low) / (50 + factor * Number(plain?.low))).toBeCloseTo(1, 6);
      }),
    );
  });

  test('is one point of equal values, and withheld of fewer than three or beyond the range of doubles', () => {
    expect(skewnessCorrectedInterval(Float64Array.of(7, 7, 7))).toMatchObject({ low: 7, high: 7 });
    expect(skewnessCorrectedInterval(Float64Array.of(7, 8))).toBeNull();
    expect(skewnessCorrectedInterval(Float64Array.of(1.7e308, -1.7e308, 1.7e308))).toBeNull();
  });
});
