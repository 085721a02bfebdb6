import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { searchLoad } from '../../../../shared/load/parts/search-load.ts';
import { buildSearch, type Over, runSearch } from '../../../support/simulation/run-search.ts';

const overs = fc.constantFrom<Over[]>('concurrency', 'rate');

describe('the highest load that meets the SLOs', () => {
  const slos = [{ metric: 'ttftMs', statistic: 'p95', op: '<=', value: 500 }];
  const search = (set: object = {}) => buildSearch({ find: 'slo', max: 1_000, slos, ...set });

  test('is bracketed to the requested precision at any load', () => {
    fc.assert(
      fc.property(
        overs,
        fc.double({ min: 1, max: 999, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (over, limit, precision) => {
          const { finding } = runSearch(search({ precision }), over, (value) => ({
            throughput: 1,
            isMet: value <= limit,
          }));
          expect(finding.reason).toBeNull();
          const { low, high } = finding;
          if (low === null || high === null) throw new Error('There is no bracket');
          expect(finding.value).toBe(low);
          expect(low).toBeLessThanOrEqual(limit);
          expect(high).toBeGreaterThan(limit);
          expect(high - low).toBeLessThanOrEqual(over === 'rate' ? precision * low : Math.max(1, precision * low));
        },
      ),
    );
  });

  test('reports a failing smallest load and a passing largest load', () => {
    const never = runSearch(search(), 'rate', () => ({ throughput: 1, isMet: false }));
    expect(never.finding).toMatchObject({ value: null, high: 1 });
    expect(never.results).toHaveLength(1);
    const always = runSearch(search({ max: 100 }), 'concurrency', () => ({ throughput: 1, isMet: true }));
    expect(always.finding).toMatchObject({ value: 100, low: 100, high: null });
    expect(always.results.map(({ value }) => value)).toEqual([1, 2, 4, 8, 16, 32, 64, 100]);
  });

  test('ends at a load at which no request was sent, which says nothing about the SLOs', () => {
    const find = (levels: [number, boolean | null][]) =>
      searchLoad(
        { search: search(), over: 'rate' },
        levels.map(([value, isMet]) => ({ value, throughput: null, isMet, isSent: isMet !== null })),
      );
    const reason = (value: number) => `no request was sent at a load of ${value}`;
    expect(find([[1, null]])).toEqual({ finding: { value: null, low: null, high: null, reason: reason(1) } });
    const bracket = find([
      [1, true],
      [1.5, null],
      [2, false],
    ]);
    expect(bracket).toEqual({ finding: { value: 1, low: 1, high: 2, reason: reason(1.5) } });
  });

  test('uses the lowest failing load even if a higher one passes by chance', () => {
    const results = [1, 2, 4, 8].map((value) => ({ value, throughput: 1, isMet: value !== 4 }));
    expect(searchLoad({ search: search(), over: 'concurrency' }, results)).toEqual({ next: 3 });
  });
});

describe('the knee', () => {
  const search = (set: object = {}) => buildSearch({ find: 'knee', max: 1_024, ...set });
  test('is not found if no request was sent, which is not a failure of the target', () => {
    const results = [{ value: 1, throughput: null, isMet: null, isSent: false }];
    expect(searchLoad({ search: search(), over: 'concurrency' }, results)).toMatchObject({
      finding: { value: null, reason: 'no request was sent at a load of 1' },
    });
  });
  const hard = (capacity: number) => (value: number) => ({ throughput: Math.min(value, capacity) / 5, isMet: null });

  test('is exact for throughput that grows linearly and then stays constant', () => {
    fc.assert(
      fc.property(overs, fc.integer({ min: 1, max: 500 }), (over, capacity) => {
        const { finding } = runSearch(search(), over, hard(capacity));
        expect(finding.value).toBeCloseTo(capacity, 9);
        expect(finding.reason).toBeNull();
      }),
    );
  });

  test('is where the initial slope would reach the highest throughput', () => {
    // X = L/(1 + L/20) approaches 20 and reaches half of it at 20.
    const { finding, results } = runSearch(search(), 'rate', (value) => ({
      throughput: value / (1 + value / 20),
      isMet: null,
    }));
    const highest = Math.max(...results.map(({ throughput }) => throughput ?? 0));
    expect(finding.value).toBeCloseTo(highest * (1 + 1 / 20), 2);
  });

  test('is null while throughput still grows or without any throughput', () => {
    expect(runSearch(search({ max: 16 }), 'rate', hard(1_000)).finding).toMatchObject({
      value: null,
      low: 16,
      high: null,
    });
    const dead = runSearch(search(), 'rate', () => ({ throughput: null, isMet: null }));
    expect(dead.finding.value).toBeNull();
    expect(dead.results).toHaveLength(1);
  });

  test('does not depend on the order of the results or on earlier decisions', () => {
    const { results } = runSearch(search(), 'concurrency', hard(37));
    for (let k = 0; k < results.length; k++) {
      const step = searchLoad({ search: search(), over: 'concurrency' }, results.slice(0, k));
      expect(step).toEqual({ next: results[k]?.value });
      expect(searchLoad({ search: search(), over: 'concurrency' }, results.slice(0, k).reverse())).toEqual(step);
    }
  });
});
