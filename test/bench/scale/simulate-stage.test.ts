import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeStage } from '../../../bench/scale/describe-stage.ts';
import { awsLatencies } from '../../../bench/scale/latencies.ts';
import { invocationLimit, nextGrowthMs, provisionedPoller, standardPoller } from '../../../bench/scale/poller.ts';
import type { Scenario } from '../../../bench/scale/scenario.ts';
import { simulateStage } from '../../../bench/scale/simulate-stage.ts';
import { paceWorkers } from '../../../shared/runs/pace-workers.ts';
import { seededRandom } from '../../../shared/workload/distributions/seeded-random.ts';

const calm = { heartbeatMs: 1_000, leaseMs: 10_000 };
const scenarioOf = (changes: Partial<Scenario> & { workers: number }): Scenario => ({
  loadMs: 60_000,
  requestMs: 5_000,
  requestTimeoutMs: 90_000,
  workerTimeLimitMs: 900_000,
  readyTimeoutMs: 600_000,
  pace: paceWorkers(calm, changes.workers),
  poller: standardPoller(1_000),
  latencies: awsLatencies,
  ...changes,
});
const simulate = (scenario: Scenario, seed = 1) => simulateStage(scenario, seededRandom(seed, 'test'));

const growth = fc.constantFrom('even' as const, 'each-minute' as const);
const anyPoller = fc.oneof(
  fc.tuple(fc.integer({ min: 2, max: 1_000 }), growth).map(([most, how]) => standardPoller(most, how)),
  fc.tuple(fc.integer({ min: 2, max: 50 }), growth).map(([min, how]) => provisionedPoller({ min, max: 100 }, how)),
);
const anyScenario = fc
  .record({
    workers: fc.integer({ min: 1, max: 80 }),
    loadMs: fc.integer({ min: 1, max: 4_000_000 }),
    readyTimeoutMs: fc.integer({ min: 100, max: 600_000 }),
    poller: anyPoller,
  })
  .map(scenarioOf);

describe('the poller', () => {
  test('starts with five, and has 305 after a minute, either way it grows', () => {
    for (const how of ['even', 'each-minute'] as const)
      expect([0, 60_000, 240_000].map((ms) => invocationLimit(standardPoller(1_000, how), ms))).toEqual([
        5, 305, 1_000,
      ]);
    expect(invocationLimit(standardPoller(1_000, 'even'), 30_000)).toBe(155);
    expect(invocationLimit(standardPoller(1_000, 'each-minute'), 59_999)).toBe(5);
  });

  test('its limit never falls, and is greater at each instant at which it says to grow next', () => {
    fc.assert(
      fc.property(
        anyPoller,
        fc.integer({ min: 0, max: 600_000 }),
        fc.integer({ min: 0, max: 600_000 }),
        (poller, a, b) => {
          const [early, late] = [Math.min(a, b), Math.max(a, b)];
          expect(invocationLimit(poller, late)).toBeGreaterThanOrEqual(invocationLimit(poller, early));
          const next = nextGrowthMs(poller, early);
          if (next === null) expect(invocationLimit(poller, early)).toBe(poller.most);
          else expect(invocationLimit(poller, next)).toBeGreaterThan(invocationLimit(poller, early));
        },
      ),
    );
  });
});

describe('simulateStage', () => {
  test('no batch is lost and none runs twice: the loads of its attempts, one after another, add up to its load', () => {
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

  test('the same seed gives the same run', () => {
    const scenario = scenarioOf({ workers: 50, loadMs: 2_000_000 });
    expect(simulate(scenario, 7)).toEqual(simulate(scenario, 7));
    expect(simulate(scenario, 7)).not.toEqual(simulate(scenario, 8));
  });

  test('more pollers never make a stage reach its load later, where calls take no time that varies', () => {
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
              scenarioOf({ workers, latencies, poller: { initial, addedPerMinute: 300, most: 1_000, growth: how } }),
            ),
            scenarioOf({ workers }),
          ).fullLoadMs;
        // A worker more or less may shift when another one polls.
        const pollMs = paceWorkers(calm, workers).pollMs + 10;
        expect(reached(Math.max(a, b))).toBeLessThanOrEqual(reached(Math.min(a, b)) + pollMs);
      }),
      { numRuns: 60 },
    );
  });

  test('a thousand workers that are waited for start within a few ms of one another, those that are not, minutes apart', () => {
    const scenario = scenarioOf({ workers: 1_000, loadMs: 300_000 });
    const waitedFor = describeStage(simulate(scenario), scenario);
    expect(waitedFor).toMatchObject({ isComplete: true, handovers: 0 });
    expect(waitedFor.startSkewMs).toBeLessThan(50);
    expect(waitedFor.fullLoadMs).toBeGreaterThan(240_000);
    const impatient = { ...scenario, readyTimeoutMs: 60_000 };
    const left = describeStage(simulate(impatient), impatient);
    expect(left.isComplete).toBe(false);
    expect(left.startSkewMs).toBeGreaterThan(120_000);
  });

  test('a time limit that leaves no time to measure is refused', () => {
    expect(() => simulate(scenarioOf({ workers: 1, workerTimeLimitMs: 120_000 }))).toThrow(
      /workerTimeLimitMs 120000 leaves 15000 ms/,
    );
  });
});
