import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tQuantile } from '../../../shared/stats/distributions.ts';
import { mean, sampleStandardDeviation } from '../../../shared/stats/mean.ts';
import { meanInterval, skewnessCorrectedInterval, tInterval } from '../../../shared/stats/mean-interval.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

test('meanInterval includes the mean, and has the outer ends of the t interval and the corrected interval', () => {
  fc.assert(
    fc.property(fc.float64Array({ min: -1e4, max: 1e4, noNaN: true, minLength: 3, maxLength: 60 }), (drawn) => {
      const values = drawn.map((value) => (Math.abs(value) < 1e-100 ? 0 : value));
      const ends = [tInterval(values), skewnessCorrectedInterval(values)];
      const { low, high } = meanInterval(values) ?? { low: Number.NaN, high: Number.NaN };
      expect(low).toBe(Math.min(...ends.map((each) => Number(each?.low))));
      expect(high).toBe(Math.max(...ends.map((each) => Number(each?.high))));
      expect(low).toBeLessThanOrEqual(Number(mean(values)));
      expect(high).toBeGreaterThanOrEqual(Number(mean(values)));
    }),
  );
});

test('meanInterval needs three values, and ends within the range of doubles', () => {
  expect(meanInterval(Float64Array.of(1, 2))).toBeNull();
  expect(meanInterval(Float64Array.of(1.7e308, -1.7e308, 1.7e308))).toBeNull();
  // The squared deviations underflow to 0, although the values differ.
  expect(meanInterval(Float64Array.of(1e-200, 2e-200, 4e-200))).toBeNull();
  expect(meanInterval(Float64Array.of(7, 7, 7))).toMatchObject({ level: 0.95, low: 7, high: 7 });
});

describe('tInterval', () => {
  test.each(reference.tIntervals)('equals scipy to 1e-9 (%#)', ({ values, intervals }) => {
    for (const { level, low, high } of intervals) {
      const interval = tInterval(values, level);
      expectRelative(interval?.low, low, 1e-9, `low end at ${level}`);
      expectRelative(interval?.high, high, 1e-9, `high end at ${level}`);
    }
  });

  test('is null below two values, and a point for equal values', () => {
    expect(tInterval([])).toBeNull();
    expect(tInterval([5])).toBeNull();
    expect(tInterval([5, 5])).toEqual({ level: 0.95, low: 5, high: 5, method: 't' });
  });
});

const values = fc.float64Array({ min: 1, max: 1e4, noNaN: true, minLength: 5, maxLength: 60 });

/** Computes Hall's transform of T = √n(mean − μ)/s directly from the formula. */
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
  test('ends where the transform equals ± t', () => {
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

  test('equals the t interval for symmetric values', () => {
    const even = Float64Array.of(1, 2, 4, 5, 6, 8, 9);
    const [ours, t] = [skewnessCorrectedInterval(even), tInterval(even)];
    expect(ours?.low).toBeCloseTo(Number(t?.low), 10);
    expect(ours?.high).toBeCloseTo(Number(t?.high), 10);
  });

  test('extends farther than t toward the tail', () => {
    const skewed = Float64Array.from({ length: 40 }, (_, i) => Math.exp(i / 10));
    expect(skewnessCorrectedInterval(skewed)?.high).toBeGreaterThan(Number(tInterval(skewed)?.high));
    expect(skewnessCorrectedInterval(skewed)?.low).toBeGreaterThan(Number(tInterval(skewed)?.low));
  });

  test('shifts and scales with the values', () => {
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

  test('is a point for equal values, and null below three values or beyond the range of doubles', () => {
    expect(skewnessCorrectedInterval(Float64Array.of(7, 7, 7))).toMatchObject({ low: 7, high: 7 });
    expect(skewnessCorrectedInterval(Float64Array.of(7, 8))).toBeNull();
    expect(skewnessCorrectedInterval(Float64Array.of(1.7e308, -1.7e308, 1.7e308))).toBeNull();
  });
});
