import { describe, expect, test } from 'vitest';
import { type Arrivals, buildRateProfile, scheduleArrivals } from '../../../../shared/load/parts/arrivals.ts';
import {
  judgeSaturation,
  measureBacklog,
  measureFirstServiceTime,
} from '../../../../shared/metrics/judge/judge-saturation.ts';
import { makeOk } from '../../../support/factories/sample-factory.ts';
import { type QueueModel, runOpenLoop } from '../../../support/simulation/queue-model.ts';

const seeds = Array.from({ length: 20 }, (_, seed) => seed);
/** Serves at most 20 requests per second. */
const model: QueueModel = { servers: 20, serviceMs: 1_000, serviceCv: 0.5 };

function judge(requestsPerSecond: number, arrivals: Arrivals, seed: number, seconds = 120) {
  const count = Math.ceil(requestsPerSecond * seconds);
  const rate = buildRateProfile({ requestsPerSecond, requests: count });
  const dueMs = scheduleArrivals({ seed, levelIndex: 0, count, rate, arrivals });
  const samples = runOpenLoop(model, dueMs, seed);
  return judgeSaturation(measureBacklog(samples, 0), measureFirstServiceTime(samples));
}

describe('a queue that serves 20 requests a second', () => {
  test.each<Arrivals>([{ kind: 'constant' }, { kind: 'poisson' }, { kind: 'gamma', burstiness: 4 }])(
    'is over-saturated by 28 a second in all of 20 goes, with the growth told, and by 14 in none (%o)',
    (arrivals) => {
      for (const seed of seeds) {
        expect(judge(14, arrivals, seed)).toBeNull();
        const found = judge(28, arrivals, seed);
        expect(found).not.toBeNull();
        expect(Math.abs((found?.growthPerSecond ?? 0) - 8)).toBeLessThan(5);
        expect(found?.lowPerSecond).toBeLessThan(found?.growthPerSecond ?? 0);
      }
    },
  );

  test('is not judged before 10 s, before 10 service times, or without a service time', () => {
    expect(judge(60, { kind: 'constant' }, 1, 9)).toBeNull();
    expect(judge(60, { kind: 'constant' }, 1, 12)).not.toBeNull();
    const points = Array.from({ length: 100 }, (_, k) => ({ atMs: 200 * (k + 1), backlog: 10 * k, due: 20 * k }));
    expect(judgeSaturation(points, 1_000)).not.toBeNull();
    expect(judgeSaturation(points, 2_100)).toBeNull();
    expect(judgeSaturation(points, null)).toBeNull();
    expect(judgeSaturation([], 100)).toBeNull();
  });
});

test.each([1, 2, 8])(
  'a slow target of %i slots is judged after ten service times, although all but the first wait',
  (servers) => {
    for (const seed of seeds) {
      const slow: QueueModel = { servers, serviceMs: 2_000, serviceCv: 0.1 };
      const dueMs = Float64Array.from({ length: 60 * servers }, (_, k) => (k * 1_000) / (2 * servers));
      const samples = runOpenLoop(slow, dueMs, seed);
      expect(judgeSaturation(measureBacklog(samples, 0), measureFirstServiceTime(samples))).not.toBeNull();
    }
  },
);

test('one look at the backlog each second is enough from 10 s on', () => {
  const points = Array.from({ length: 10 }, (_, k) => ({ atMs: 1_000 * (k + 1), backlog: 10 * k, due: 20 * k }));
  expect(judgeSaturation(points, 400)?.growthPerSecond).toBeCloseTo(10, 6);
  expect(judgeSaturation(points.slice(0, 9), 400)).toBeNull();
});

test('streams that fill up at the start of a slow but steady target are not a backlog', () => {
  const slow = Array.from({ length: 400 }, (_, k) =>
    makeOk({ startMs: k * 100, ttftMs: 10, e2eMs: 30_000 }, { requestIndex: k }),
  );
  expect(judgeSaturation(measureBacklog(slow, 0), measureFirstServiceTime(slow))).toBeNull();
});

test('refused requests count as due and never served', () => {
  const samples = Array.from({ length: 2_000 }, (_, k) => {
    const served = makeOk({ startMs: k * 10, ttftMs: 10, e2eMs: 50 }, { requestIndex: k });
    return k % 2 === 0 ? served : { ...served, outcome: 'not_sent' as const, startMs: null, endMs: null };
  });
  const found = judgeSaturation(measureBacklog(samples, 0), measureFirstServiceTime(samples));
  expect(found?.growthPerSecond).toBeCloseTo(50, 0);
  expect(found?.duePerSecond).toBeCloseTo(100, 0);
});
