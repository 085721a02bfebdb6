import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeStage } from '../../../bench/scale/describe-stage.ts';
import {
  computeInvocationLimit,
  computeNextGrowthMs,
  createProvisionedPoller,
  createStandardPoller,
} from '../../../bench/scale/poller.ts';
import type { Scenario } from '../../../bench/scale/scenario.ts';
import { awsLatencies } from '../../../bench/scale/scenario.ts';
import { simulateStage } from '../../../bench/scale/simulate-stage.ts';
import { paceWorkers } from '../../../shared/runs/pace-workers.ts';
import { createSeededRandom } from '../../../shared/workload/distributions/seeded-random.ts';

const waits = { readyTimeoutMs: 60_000, resendAfterMs: 60_000, workerStartsPerMinute: 0 };
const calm = { heartbeatMs: 1_000, leaseMs: 10_000, ...waits };
const buildScenario = (changes: Partial<Scenario> & { workers: number }): Scenario => ({
  loadMs: 60_000,
  requestMs: 5_000,
  requestTimeoutMs: 90_000,
  workerTimeLimitMs: 900_000,
  readyTimeoutMs: 600_000,
  pace: paceWorkers(calm, changes.workers),
  poller: createStandardPoller(1_000),
  latencies: awsLatencies,
  ...changes,
});
const simulate = (scenario: Scenario, seed = 1) => simulateStage(scenario, createSeededRandom(seed, 'test'));

const growth = fc.constantFrom('even' as const, 'each-minute' as const);
const anyPoller = fc.oneof(
  fc.tuple(fc.integer({ min: 2, max: 1_000 }), growth).map(([most, how]) => createStandardPoller(most, how)),
  fc
    .tuple(fc.integer({ min: 2, max: 50 }), growth)
    .map(([min, how]) => createProvisionedPoller({ min, max: 100 }, how)),
);
const anyScenario = fc
  .record({
    workers: fc.integer({ min: 1, max: 80 }),
    loadMs: fc.integer({ min: 1, max: 4_000_000 }),
    readyTimeoutMs: fc.integer({ min: 100, max: 600_000 }),
    poller: anyPoller,
  })
  .map(buildScenario);

describe('poller', () => {
  test('starts with 5 invocations and has 305 after a minute in both growth modes', () => {
    for (const how of ['even', 'each-minute'] as const)
      expect([0, 60_000, 240_000].map((ms) => computeInvocationLimit(createStandardPoller(1_000, how), ms))).toEqual([
        5, 305, 1_000,
      ]);
    expect(computeInvocationLimit(createStandardPoller(1_000, 'even'), 30_000)).toBe(155);
    expect(computeInvocationLimit(createStandardPoller(1_000, 'each-minute'), 59_999)).toBe(5);
  });

  test('has a limit that never decreases and that is higher at each growth time', () => {
    fc.assert(
      fc.property(
        anyPoller,
        fc.integer({ min: 0, max: 600_000 }),
        fc.integer({ min: 0, max: 600_000 }),
        (poller, a, b) => {
          const [early, late] = [Math.min(a, b), Math.max(a, b)];
          expect(computeInvocationLimit(poller, late)).toBeGreaterThanOrEqual(computeInvocationLimit(poller, early));
          const next = computeNextGrowthMs(poller, early);
          if (next === null) expect(computeInvocationLimit(poller, early)).toBe(poller.most);
          else expect(computeInvocationLimit(poller, next)).toBeGreaterThan(computeInvocationLimit(poller, early));
        },
      ),
    );
  });
});

describe('simulateStage', () => {
  test('runs each batch exactly once: the loads of its attempts add up to its load', () => {
    fc.assert(
      fc.property(anyScenario, fc.nat(), (scenario, seed) => {
        const { attempts, mostRunning } = simulate(scenario, seed);
        expect(mostRunning).toBeLessThanOrEqual(scenario.poller.most);
        for (let batchIndex = 0; batchIndex < scenario.workers; batchIndex++) {
          const own = attempts.filter((one) => one.batchIndex === batchIndex);
          const loads = own.reduce((sum, one) => sum + one.loadToMs - one.loadFromMs, 0);
          expect(loads).toBeCloseTo(scenario.loadMs, 3);
          expect(own.map(({ attempt }) => attempt)).toEqual(own.map((_, i) => i + 1));
          for (const [i, one] of own.entries()) {
            expect(one.endedAtMs - one.invokedAtMs).toBeLessThan(scenario.workerTimeLimitMs);
            expect(one.invokedAtMs).toBeGreaterThan(own[i - 1]?.endedAtMs ?? 0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('gives the same run for the same seed', () => {
    const scenario = buildScenario({ workers: 50, loadMs: 2_000_000 });
    expect(simulate(scenario, 7)).toEqual(simulate(scenario, 7));
    expect(simulate(scenario, 7)).not.toEqual(simulate(scenario, 8));
  });

  test('never reaches the full load later with more pollers, if latencies are constant', () => {
    const still = { medianMs: 5, sigma: 0 };
    const latencies = {
      table: still,
      queue: still,
      dispatch: still,
      coldStart: still,
      session: still,
      timer: still,
      clockErrorMs: 0,
    };
    const sizes = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(sizes, sizes, sizes, growth, (workers, a, b, how) => {
        const reached = (initial: number) =>
          describeStage(
            simulate(
              buildScenario({ workers, latencies, poller: { initial, addedPerMinute: 300, most: 1_000, growth: how } }),
            ),
            buildScenario({ workers }),
          ).fullLoadMs;
        // An additional worker may shift the polls of another.
        const pollMs = paceWorkers(calm, workers).pollMs + 10;
        expect(reached(Math.max(a, b))).toBeLessThanOrEqual(reached(Math.min(a, b)) + pollMs);
      }),
      { numRuns: 60 },
    );
  });

  test('starts 1,000 workers within a few ms if all are waited for, and minutes apart otherwise', () => {
    const scenario = buildScenario({ workers: 1_000, loadMs: 300_000 });
    const waitedFor = describeStage(simulate(scenario), scenario);
    expect(waitedFor).toMatchObject({ isComplete: true, handovers: 0 });
    expect(waitedFor.startSkewMs).toBeLessThan(50);
    expect(waitedFor.fullLoadMs).toBeGreaterThan(240_000);
    const impatient = { ...scenario, readyTimeoutMs: 60_000 };
    const left = describeStage(simulate(impatient), impatient);
    expect(left.isComplete).toBe(false);
    expect(left.startSkewMs).toBeGreaterThan(120_000);
  });

  test('refuses a time limit that leaves no time to measure', () => {
    expect(() => simulate(buildScenario({ workers: 1, workerTimeLimitMs: 120_000 }))).toThrow(
      /workerTimeLimitMs must leave .* 120000 leaves 15000\./,
    );
  });
});
