import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Arrivals, buildRateProfile, scheduleArrivals } from '../../../../shared/load/parts/arrivals.ts';

const constant: Arrivals = { kind: 'constant' };
const poisson: Arrivals = { kind: 'poisson' };
const gamma = (burstiness: number): Arrivals => ({ kind: 'gamma', burstiness });

/** Returns the schedule of a stage without a ramp. */
function flat(arrivals: Arrivals, requestsPerSecond: number, count: number, seed = 117, levelIndex = 0): Float64Array {
  const rate = buildRateProfile({ requestsPerSecond, requests: count });
  return scheduleArrivals({ seed, levelIndex, count, rate, arrivals });
}

function computeGaps(dueMs: Float64Array): Float64Array {
  return dueMs.map((atMs, index) => atMs - (dueMs[index - 1] ?? 0));
}

function computeMoments(values: Float64Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}

/** Returns the Kolmogorov-Smirnov distance times sqrt(n), which exceeds 2.0 by chance less than once in 1,000. */
function computeDistance(values: Float64Array, distribution: (value: number) => number): number {
  const sorted = values.toSorted();
  const distance = sorted.reduce(
    (most, value, index) => Math.max(most, Math.abs(distribution(value) - (index + 0.5) / sorted.length)),
    0,
  );
  return distance * Math.sqrt(sorted.length);
}

test('constant arrivals start at 0 and keep the rate without drift', () => {
  expect([...flat(constant, 8, 4)]).toEqual([0, 125, 250, 375]);
  expect(flat(constant, 3, 1_000_001)[1_000_000]).toBe(1_000_000_000 / 3);
  expect(flat(constant, 8, 0)).toHaveLength(0);
});

test('schedules ascend, and a shorter one is the beginning of a longer one', () => {
  const arrivals = fc.oneof(
    fc.constantFrom(constant, poisson),
    fc.double({ min: 0.01, max: 100, noNaN: true }).map(gamma),
  );
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.nat(2 ** 32 - 1),
        levelIndex: fc.nat(50),
        count: fc.integer({ min: 1, max: 200 }),
        rate: fc.record({
          fromRequestsPerSecond: fc.double({ min: 0, max: 1e5, noNaN: true }),
          requestsPerSecond: fc.double({ min: 0.01, max: 1e5, noNaN: true }),
          rampMs: fc.integer({ min: 0, max: 1e6 }),
        }),
        arrivals,
      }),
      (schedule) => {
        const due = scheduleArrivals(schedule);
        expect(due.every((atMs, index) => Number.isFinite(atMs) && atMs >= (due[index - 1] ?? 0))).toBe(true);
        const longer = scheduleArrivals({ ...schedule, count: schedule.count + 10 });
        expect(longer.slice(0, schedule.count)).toEqual(due);
      },
    ),
    { examples: [[atTheEndOfARamp]] },
  );
});

/** Two arrivals at the end of a ramp that rounding once placed in the wrong order. */
const atTheEndOfARamp = {
  seed: 2_391_548_623,
  levelIndex: 9,
  count: 14,
  rate: { fromRequestsPerSecond: 0, requestsPerSecond: 0.068_313_361_246_782_1, rampMs: 466_759 },
  arrivals: gamma(54.783_256_767_605_83),
};

describe('poisson arrivals', () => {
  test('have exponential gaps with the mean of the rate', () => {
    const gaps = computeGaps(flat(poisson, 40, 50_000));
    expect(Math.abs(computeMoments(gaps).mean - 25)).toBeLessThan((4 * 25) / Math.sqrt(gaps.length));
    expect(computeDistance(gaps, (gap) => 1 - Math.exp(-gap / 25))).toBeLessThan(2);
  });

  test('have the variance of counts per second of a Poisson process', () => {
    const perSecond = new Float64Array(1_900);
    for (const atMs of flat(poisson, 20, 40_000, 3, 1)) {
      const second = Math.floor(atMs / 1_000);
      if (second < perSecond.length) perSecond[second] = (perSecond[second] ?? 0) + 1;
    }
    const { mean, variance } = computeMoments(perSecond);
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / perSecond.length));
  });

  test('differ by seed and by level', () => {
    const first = (seed: number, levelIndex: number) => flat(poisson, 1, 1, seed, levelIndex)[0];
    expect(new Set([first(1, 0), first(1, 1), first(2, 0), first(2, 1)]).size).toBe(4);
  });
});

describe('gamma arrivals', () => {
  test.each([0.05, 0.25, 1, 2, 4])(
    'of burstiness %d have gaps with this squared coefficient of variation',
    (burstiness) => {
      const gaps = computeGaps(flat(gamma(burstiness), 40, 100_000));
      const { mean, variance } = computeMoments(gaps);
      const error = 4 / Math.sqrt(gaps.length);
      expect(Math.abs(mean / 25 - 1)).toBeLessThan(error * Math.sqrt(burstiness));
      // The variance of a sample variance follows from the gamma's excess kurtosis, 6 / shape.
      expect(Math.abs(variance / 625 / burstiness - 1)).toBeLessThan(error * Math.sqrt(2 + 6 * burstiness));
    },
  );

  test('have an Erlang, exponential or chi-square distribution for shapes 4, 1 and 1/2', () => {
    const erlang4 = (x: number) => 1 - Math.exp(-x) * (1 + x + x ** 2 / 2 + x ** 3 / 6);
    expect(computeDistance(computeGaps(flat(gamma(0.25), 1_000, 50_000)), (gap) => erlang4(4 * gap))).toBeLessThan(2);
    expect(computeDistance(computeGaps(flat(gamma(1), 1_000, 50_000)), (gap) => 1 - Math.exp(-gap))).toBeLessThan(2);
    // Twice a draw of shape 1/2 and mean 1/2 is a squared normal: chi-square with one degree of freedom.
    expect(
      computeDistance(computeGaps(flat(gamma(2), 1_000, 50_000)), (gap) => errorFunction(Math.sqrt(gap / 2))),
    ).toBeLessThan(2);
  });
});

/** Computes erf with its Maclaurin series, accurate to 1e-12 below 4. */
function errorFunction(x: number): number {
  if (x > 4) return 1;
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

describe('a ramp', () => {
  const rate = { fromRequestsPerSecond: 10, requestsPerSecond: 50, rampMs: 60_000 };

  test('of constant arrivals reaches each count when it is expected', () => {
    const due = scheduleArrivals({ seed: 1, levelIndex: 0, count: 3_000, rate, arrivals: constant });
    // 10/s, plus 40/s in proportion to t/60 s: 1,800 are expected by the end of the ramp.
    due.forEach((atMs, index) => {
      const t = atMs / 1_000;
      const expected = t <= 60 ? 10 * t + (40 * t * t) / 120 : 1_800 + 50 * (t - 60);
      expect(expected).toBeCloseTo(index, 6);
    });
  });

  test('of Poisson arrivals is a Poisson process with the growing rate', () => {
    const due = scheduleArrivals({
      seed: 5,
      levelIndex: 0,
      count: 400_000,
      rate: { ...rate, rampMs: 1e7 },
      arrivals: poisson,
    });
    const inRamp = due.filter((atMs) => atMs < 1e7);
    expect(Math.abs(inRamp.length - 300_000)).toBeLessThan(4 * Math.sqrt(300_000));
    const share = (atMs: number) => (10 * atMs + (40 * atMs * atMs) / 2e7) / 3e8;
    expect(computeDistance(inRamp, share)).toBeLessThan(2);
  });

  test('can fall, can start at 0, and takes all requests without a duration', () => {
    const falling = buildRateProfile({ fromRequestsPerSecond: 30, requestsPerSecond: 10, requests: 200 });
    expect(falling.rampMs).toBeCloseTo(10_000, 9);
    const due = scheduleArrivals({ seed: 1, levelIndex: 0, count: 201, rate: falling, arrivals: constant });
    expect(due[200]).toBeCloseTo(10_000, 6);
    const fromNothing = buildRateProfile({ fromRequestsPerSecond: 0, requestsPerSecond: 10, requests: 50 });
    expect(scheduleArrivals({ seed: 1, levelIndex: 0, count: 2, rate: fromNothing, arrivals: constant })[0]).toBe(0);
  });
});
