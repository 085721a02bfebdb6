import { describe, expect, test } from 'vitest';
import { buildRateProfile, scheduleArrivals } from '../../../shared/load/parts/arrivals.ts';
import type { Finding } from '../../../shared/load/parts/search-load.ts';
import { quantile } from '../../../shared/stats/quantile.ts';
import {
  computeThroughput,
  type QueueModel,
  runClosedLoop,
  runOpenLoop,
} from '../../support/simulation/queue-model.ts';
import { buildSearch, runSearch } from '../../support/simulation/run-search.ts';

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
        runSearch(buildSearch({ find: 'knee', max: 256 }), 'concurrency', (value) => {
          const requests = Math.max(400, 20 * value);
          const samples = runClosedLoop(model, value, requests, 1_000 * seed + value);
          return { throughput: computeThroughput(samples, { streams: value, refillsStreams: true }), isMet: null };
        }).finding,
    );
    console.info(
      `knee of ${model.servers}: at most ${(100 * Math.max(...errorsOf(findings, model.servers))).toFixed(1)} % off`,
    );
    expect(Math.max(...errorsOf(findings, model.servers))).toBeLessThanOrEqual(0.1);
  });

  test('an open loop of constant arrivals finds the knee of a rate within 10 %', () => {
    const model = { servers: 20, serviceMs: 1_000, serviceCv: 0.3 };
    const findings = seeds.map(
      (seed) =>
        runSearch(buildSearch({ find: 'knee', max: 256 }), 'rate', (value) => {
          const count = Math.max(400, Math.ceil(20 * value));
          const rate = buildRateProfile({ requestsPerSecond: value, requests: count });
          const dueMs = scheduleArrivals({ seed, levelIndex: 0, count, rate, arrivals: { kind: 'constant' } });
          const samples = runOpenLoop(model, dueMs, 1_000 * seed + value);
          return { throughput: computeThroughput(samples, { streams: null, rampMs: 0 }), isMet: null };
        }).finding,
    );
    expect(Math.max(...errorsOf(findings, 20))).toBeLessThanOrEqual(0.1);
  });

  test('the highest rate with a p95 within its limit is found within ± 15 %', () => {
    // Service alone is within 1.5 s in 95 %; near 20/s, with the queue before it, it is not.
    const model = { servers: 20, serviceMs: 1_000, serviceCv: 0.3 };
    const limitMs = 2_000;
    const isMet = (requestsPerSecond: number, count: number, seed: number) => {
      const rate = buildRateProfile({ requestsPerSecond, requests: count });
      const dueMs = scheduleArrivals({ seed, levelIndex: 0, count, rate, arrivals: { kind: 'poisson' } });
      const samples = runOpenLoop(model, dueMs, seed);
      const latenciesMs = samples.map(({ startMs, lastOutputMs }) => (lastOutputMs ?? 0) - (startMs ?? 0));
      return (quantile(latenciesMs, 0.95) ?? 0) <= limitMs;
    };
    const slos = [{ metric: 'e2eLatencyMs', statistic: 'p95', op: '<=', value: limitMs }];
    const search = buildSearch({ find: 'slo', max: 256, precision: 0.05, slos });
    for (const seed of seeds) {
      const { finding } = runSearch(search, 'rate', (value) => ({ throughput: 1, isMet: isMet(value, 1_000, seed) }));
      // What a level twenty times as long says of loads on both sides of it.
      expect(isMet(0.85 * (finding.value ?? 0), 20_000, 99)).toBe(true);
      expect(isMet(1.15 * (finding.value ?? 0), 20_000, 99)).toBe(false);
    }
  });
});
