import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scheduleArrivals } from '../../../shared/load/arrivals.ts';
import { loadSchema, type Search } from '../../../shared/load/load-schema.ts';
import { rateProfileOf } from '../../../shared/load/rate-profile.ts';
import { type Finding, type LevelResult, mostLevels, searchLoad } from '../../../shared/load/search-load.ts';
import { quantile } from '../../../shared/stats/quantile.ts';
import { type QueueModel, runClosedLoop, runOpenLoop, throughputOf } from '../../support/queue-model.ts';

type Over = 'concurrency' | 'rate';

function searchOf(search: object): Search {
  const load = loadSchema.parse({ mode: 'sweep', search });
  if (load.mode !== 'sweep' || load.search === undefined) throw new Error('no search');
  return load.search;
}

/** Runs a search to its end against what each load gives. */
function runSearch(search: Search, over: Over, measure: (value: number) => Omit<LevelResult, 'value'>) {
  const results: LevelResult[] = [];
  for (;;) {
    const step = searchLoad({ search, over }, results);
    if ('finding' in step) return { finding: step.finding, results };
    expect(results.map(({ value }) => value)).not.toContain(step.next);
    expect(results.length).toBeLessThan(mostLevels(search).length);
    expect(step.next).toBeGreaterThanOrEqual(search.min);
    expect(step.next).toBeLessThanOrEqual(search.max);
    results.push({ value: step.next, ...measure(step.next) });
  }
}

const overs = fc.constantFrom<Over[]>('concurrency', 'rate');

describe('the highest load that meets the objectives', () => {
  const objectives = [{ metric: 'ttftMs', statistic: 'p95', op: '<=', value: 500 }];
  const search = (set: object = {}) => searchOf({ find: 'slo', max: 1_000, objectives, ...set });

  test('is bracketed to the precision asked for, wherever it lies', () => {
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
          if (low === null || high === null) throw new Error('no bracket');
          expect(finding.value).toBe(low);
          expect(low).toBeLessThanOrEqual(limit);
          expect(high).toBeGreaterThan(limit);
          expect(high - low).toBeLessThanOrEqual(over === 'rate' ? precision * low : Math.max(1, precision * low));
        },
      ),
    );
  });

  test('says so where the smallest load fails, and where the largest one is met', () => {
    const never = runSearch(search(), 'rate', () => ({ throughput: 1, isMet: false }));
    expect(never.finding).toMatchObject({ value: null, high: 1 });
    expect(never.results).toHaveLength(1);
    const always = runSearch(search({ max: 100 }), 'concurrency', () => ({ throughput: 1, isMet: true }));
    expect(always.finding).toMatchObject({ value: 100, low: 100, high: null });
    expect(always.results.map(({ value }) => value)).toEqual([1, 2, 4, 8, 16, 32, 64, 100]);
  });

  test('takes the lowest load that failed for the turn, should a higher one be met by chance', () => {
    const results = [1, 2, 4, 8].map((value) => ({ value, throughput: 1, isMet: value !== 4 }));
    expect(searchLoad({ search: search(), over: 'concurrency' }, results)).toEqual({ next: 3 });
  });
});

describe('the knee', () => {
  const search = (set: object = {}) => searchOf({ find: 'knee', max: 1_024, ...set });
  const hard = (capacity: number) => (value: number) => ({ throughput: Math.min(value, capacity) / 5, isMet: null });

  test('of throughput that grows in proportion and then not at all is found exactly', () => {
    fc.assert(
      fc.property(overs, fc.integer({ min: 1, max: 500 }), (over, capacity) => {
        const { finding } = runSearch(search(), over, hard(capacity));
        expect(finding.value).toBeCloseTo(capacity, 9);
        expect(finding.reason).toBeNull();
      }),
    );
  });

  test('of throughput that bends lies where the first slope would reach the highest throughput', () => {
    // X = L/(1 + L/20) tends to 20: half of that is reached at 20.
    const { finding, results } = runSearch(search(), 'rate', (value) => ({
      throughput: value / (1 + value / 20),
      isMet: null,
    }));
    const highest = Math.max(...results.map(({ throughput }) => throughput ?? 0));
    expect(finding.value).toBeCloseTo(highest * (1 + 1 / 20), 2);
  });

  test('is not claimed while throughput still grows, or without any throughput', () => {
    expect(runSearch(search({ max: 16 }), 'rate', hard(1_000)).finding).toMatchObject({
      value: null,
      low: 16,
      high: null,
    });
    const dead = runSearch(search(), 'rate', () => ({ throughput: null, isMet: null }));
    expect(dead.finding.value).toBeNull();
    expect(dead.results).toHaveLength(1);
  });

  test('the decision does not depend on the order of the results, nor on being made before', () => {
    const { results } = runSearch(search(), 'concurrency', hard(37));
    for (let k = 0; k < results.length; k++) {
      const step = searchLoad({ search: search(), over: 'concurrency' }, results.slice(0, k));
      expect(step).toEqual({ next: results[k]?.value });
      expect(searchLoad({ search: search(), over: 'concurrency' }, results.slice(0, k).reverse())).toEqual(step);
    }
  });
});

describe('against a queue of known capacity, on simulated time, for 20 seeds', () => {
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  const errorsOf = (findings: readonly Finding[], truth: number) =>
    findings.map(({ value }) => Math.abs((value ?? Number.NaN) / truth - 1));

  test.each<QueueModel>([
    { servers: 20, serviceMs: 1_000, serviceCv: 0.3 },
    { servers: 50, serviceMs: 4_000, serviceCv: 0.5 },
    { servers: 12, serviceMs: 300, serviceCv: 0.2 },
  ])('the knee of $servers servers is found within 10 % by a closed loop', (model) => {
    const findings = seeds.map(
      (seed) =>
        runSearch(searchOf({ find: 'knee', max: 256 }), 'concurrency', (value) => {
          const requests = Math.max(400, 20 * value);
          const samples = runClosedLoop(model, value, requests, 1_000 * seed + value);
          return { throughput: throughputOf(samples, { mode: 'concurrency', concurrency: value }), isMet: null };
        }).finding,
    );
    console.info(
      `knee of ${model.servers}: at most ${(100 * Math.max(...errorsOf(findings, model.servers))).toFixed(1)} % off`,
    );
    expect(Math.max(...errorsOf(findings, model.servers))).toBeLessThanOrEqual(0.1);
  });

  test('the knee of a rate is found within 10 % by an open loop of constant arrivals', () => {
    const model = { servers: 20, serviceMs: 1_000, serviceCv: 0.3 };
    const findings = seeds.map(
      (seed) =>
        runSearch(searchOf({ find: 'knee', max: 256 }), 'rate', (value) => {
          const count = Math.max(400, Math.ceil(20 * value));
          const rate = rateProfileOf({ requestsPerSecond: value, requests: count });
          const dueMs = scheduleArrivals({ seed, level: 0, count, rate, arrivals: { kind: 'constant' } });
          const samples = runOpenLoop(model, dueMs, 1_000 * seed + value);
          return { throughput: throughputOf(samples, { mode: 'rate', rampMs: 0 }), isMet: null };
        }).finding,
    );
    expect(Math.max(...errorsOf(findings, 20))).toBeLessThanOrEqual(0.1);
  });

  test('the highest rate with a p95 within its limit is found within 15 % either way', () => {
    // Service alone is within 1.5 s in 95 %; near 20/s, with the queue before it, it is not.
    const model = { servers: 20, serviceMs: 1_000, serviceCv: 0.3 };
    const limitMs = 2_000;
    const isMet = (requestsPerSecond: number, count: number, seed: number) => {
      const rate = rateProfileOf({ requestsPerSecond, requests: count });
      const dueMs = scheduleArrivals({ seed, level: 0, count, rate, arrivals: { kind: 'poisson' } });
      const samples = runOpenLoop(model, dueMs, seed);
      const latenciesMs = samples.map(({ startMs, lastOutputMs }) => (lastOutputMs ?? 0) - (startMs ?? 0));
      return (quantile(latenciesMs, 0.95) ?? 0) <= limitMs;
    };
    const objectives = [{ metric: 'e2eLatencyMs', statistic: 'p95', op: '<=', value: limitMs }];
    const search = searchOf({ find: 'slo', max: 256, precision: 0.05, objectives });
    for (const seed of seeds) {
      const { finding } = runSearch(search, 'rate', (value) => ({ throughput: 1, isMet: isMet(value, 1_000, seed) }));
      // What a level twenty times as long says of loads on both sides of it.
      expect(isMet(0.85 * (finding.value ?? 0), 20_000, 99)).toBe(true);
      expect(isMet(1.15 * (finding.value ?? 0), 20_000, 99)).toBe(false);
    }
  });
});
