import fc from 'fast-check';
import { expect, test } from 'vitest';
import { getStageMode, listLevels, loadSchema } from '../../../shared/load/load.ts';
import { makeSpec } from '../../support/factories/sample-factory.ts';

/** Returns the estimate of the first level of a load. */
function estimate(load: unknown, warmup: number, e2eMs: number): number {
  const [first] = listLevels({ load: loadSchema.parse(load), workload: makeSpec().workload });
  if (first === undefined) throw new Error('The load has no level');
  return getStageMode(first).estimateMs(first, warmup, e2eMs);
}

test('a closed loop takes the time of its waves', () => {
  const load = { mode: 'concurrency', stages: [{ concurrency: 5, requests: 150 }] };
  expect(estimate(load, 0, 5_000)).toBe(150_000);
  expect(estimate(load, 6, 5_000)).toBe(160_000);
});

test('rounds take at least their period', () => {
  const load = { mode: 'rounds', minPeriodMs: 15_000, stages: [{ concurrency: 5, requests: 150 }] };
  expect(estimate(load, 0, 5_000)).toBe(29 * 15_000 + 5_000);
});

test('an open loop takes its schedule plus the last request', () => {
  const load = { mode: 'rate', stages: [{ requestsPerSecond: 10, requests: 150 }] };
  expect(estimate(load, 0, 5_000)).toBe(14_900 + 5_000);
});

test('the duration of a stage bounds the start of its last request', () => {
  const load = {
    mode: 'concurrency',
    stages: [{ concurrency: 5, requests: 150, durationMs: 20_000 }],
  };
  expect(estimate(load, 0, 5_000)).toBe(25_000);
});

test('a rate ramp takes the time until its requests are expected', () => {
  const ramp = { requestsPerSecond: 20, fromRequestsPerSecond: 0, rampMs: 10_000 };
  expect(estimate({ mode: 'rate', stages: [{ ...ramp, requests: 101 }] }, 0, 5_000)).toBeCloseTo(10_000 + 5_000, 6);
  expect(estimate({ mode: 'rate', stages: [{ ...ramp, requests: 301 }] }, 0, 5_000)).toBeCloseTo(20_000 + 5_000, 6);
});

test('a stream ramp adds half its duration', () => {
  const stages = [{ concurrency: 5, requests: 150, rampMs: 10_000 }];
  expect(estimate({ mode: 'concurrency', stages }, 0, 5_000)).toBe(155_000);
});

test('more streams never take longer, and slower requests always do', () => {
  const concurrency = fc.integer({ min: 1, max: 149 });
  fc.assert(
    fc.property(concurrency, fc.integer({ min: 1, max: 60_000 }), (streams, e2eMs) => {
      const at = (width: number) => ({ mode: 'concurrency', stages: [{ concurrency: width, requests: 150 }] });
      expect(estimate(at(streams + 1), 0, e2eMs)).toBeLessThanOrEqual(estimate(at(streams), 0, e2eMs));
      expect(estimate(at(streams), 0, e2eMs + 1)).toBeGreaterThan(estimate(at(streams), 0, e2eMs));
    }),
  );
});
