import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sortedQuantile } from '../../../shared/stats/quantile.ts';
import {
  findQuantileRanks,
  minimumNForQuantile,
  sortedQuantileInterval,
  wilsonInterval,
} from '../../../shared/stats/quantile-interval.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

/** Computes the probability that the order statistics enclose the quantile. */
const computeCoverage = ({ low, high }: { low: number; high: number }, n: number, p: number) =>
  binomialCdf(high - 1, n, p) - binomialCdf(low - 1, n, p);

describe('sortedQuantileInterval', () => {
  test("uses the ranks of scipy's binomial distribution, with their coverage to 1e-9", () => {
    for (const { n, p, level, ranks } of reference.quantileRanks) {
      const name = `n ${n}, p ${p}, level ${level}`;
      expect(n >= minimumNForQuantile(p, level), name).toBe(ranks !== null);
      if (ranks === null) continue;
      const actual = findQuantileRanks(n, p, level);
      expect(actual, name).toEqual({ low: ranks.low, high: ranks.high });
      expectRelative(computeCoverage(actual, n, p), ranks.coverage, 1e-9, name);
    }
  });

  test('returns the minimum n that a search by counting finds', () => {
    for (const { p, level, n } of reference.minimumN) expect(minimumNForQuantile(p, level), `${p} ${level}`).toBe(n);
    expect([0.5, 0.95, 0.99].map((p) => minimumNForQuantile(p))).toEqual([6, 72, 368]);
  });

  test('is null below the minimum n, and present from it on', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.constantFrom(0.9, 0.95, 0.99), (p, level) => {
        const n = minimumNForQuantile(p, level);
        const values = (length: number) => Float64Array.from({ length }, (_, i) => i);
        expect(sortedQuantileInterval(values(n - 1), p, level)).toEqual({ interval: null, minimumN: n });
        expect(sortedQuantileInterval(values(n), p, level).interval).not.toBeNull();
      }),
    );
  });

  test('encloses the sample quantile, and is within the order statistics that cover at least the level', () => {
    const inputs = [
      fc.integer({ min: 1, max: 3000 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.constantFrom(0.9, 0.95, 0.99),
    ] as const;
    fc.assert(
      fc.property(...inputs, (n, p, level) => {
        const sorted = Float64Array.from({ length: n }, (_, i) => i * i);
        const { interval } = sortedQuantileInterval(sorted, p, level);
        fc.pre(interval !== null);
        const ranks = findQuantileRanks(n, p, level);
        const value = Number(sortedQuantile(sorted, p));
        expect(interval?.low).toBeLessThanOrEqual(value);
        expect(interval?.high).toBeGreaterThanOrEqual(value);
        expect(computeCoverage(ranks, n, p)).toBeGreaterThanOrEqual(level - 1e-12);
        expect(interval?.low).toBeGreaterThanOrEqual(Number(sorted[ranks.low - 1]));
        expect(interval?.high).toBeLessThanOrEqual(Number(sorted[ranks.high - 1]));
      }),
    );
  });

  test('interpolates between ranks 40 and 61 of 100 for the median by the Hettmansperger and Sheather formula', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => i + 1);
    const { interval } = sortedQuantileInterval(values, 0.5);
    expect(interval?.method).toBe('order statistics, interpolated');
    // P(B <= 39) = 0.0176, P(B <= 40) = 0.0284: a share I in probability is (n - d)I/(d + (n - 2d)I) in values.
    const [ofRank, ofNext] = [40, 41].map((rank) => binomialCdf(rank - 1, 100, 0.5));
    const way = (0.025 - Number(ofRank)) / (Number(ofNext) - Number(ofRank));
    expect(interval?.low).toBeCloseTo(40 + (60 * way) / (40 + 20 * way), 10);
    expect(interval?.high).toBeCloseTo(101 - Number(interval?.low), 10);
    expect(computeCoverage(findQuantileRanks(100, 0.5, 0.95), 100, 0.5)).toBeCloseTo(0.9648, 4);
  });

  test('is quick for a million values', () => {
    expect(findQuantileRanks(1_000_000, 0.99, 0.95)).toEqual({ low: 989_805, high: 990_196 });
  });
});

describe('wilsonInterval', () => {
  test('equals statsmodels to 1e-9', () => {
    for (const { successes, n, level, interval } of reference.wilson) {
      const actual = wilsonInterval(successes, n, level);
      expect(Math.abs(Number(actual?.low) - Number(interval[0])), `${successes} of ${n}`).toBeLessThan(1e-9);
      expect(Math.abs(Number(actual?.high) - Number(interval[1])), `${successes} of ${n}`).toBeLessThan(1e-9);
    }
  });

  test('stays between 0 and 1, encloses the share, and mirrors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (n, draw) => {
        const successes = draw % (n + 1);
        const interval = wilsonInterval(successes, n);
        const mirrored = wilsonInterval(n - successes, n);
        const [low, high] = [Number(interval?.low), Number(interval?.high)];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(successes / n);
        expect(high).toBeGreaterThanOrEqual(successes / n);
        expect(high).toBeCloseTo(1 - Number(mirrored?.low), 12);
      }),
    );
  });

  test('is null for no trials', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
  });
});
