import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadSchema } from '../../../shared/domain/run-spec.ts';
import { estimateStageMs } from '../../../shared/usecases/estimate-stage-ms.ts';

const stage = { level: 0, requests: 150, warmup: 0 };

test('a closed loop takes its waves', () => {
  const load = loadSchema.parse({ mode: 'concurrency', stages: [{ concurrency: 5, requests: 150 }] });
  expect(estimateStageMs(load, stage, 5_000)).toBe(150_000);
  expect(estimateStageMs(load, { ...stage, warmup: 6 }, 5_000)).toBe(160_000);
});

test('rounds are no closer than their period', () => {
  const load = loadSchema.parse({ mode: 'rounds', minPeriodMs: 15_000, stages: [{ concurrency: 5, requests: 150 }] });
  expect(estimateStageMs(load, stage, 5_000)).toBe(29 * 15_000 + 5_000);
});

test('an open loop takes its schedule and its last request', () => {
  const load = loadSchema.parse({ mode: 'rate', stages: [{ requestsPerSecond: 10, requests: 150 }] });
  expect(estimateStageMs(load, stage, 5_000)).toBe(14_900 + 5_000);
});

test('the duration of a stage bounds when its last request starts', () => {
  const load = loadSchema.parse({
    mode: 'concurrency',
    stages: [{ concurrency: 5, requests: 150, durationMs: 20_000 }],
  });
  expect(estimateStageMs(load, stage, 5_000)).toBe(25_000);
});

test('more streams never take longer, slower requests never less', () => {
  const concurrency = fc.integer({ min: 1, max: 149 });
  fc.assert(
    fc.property(concurrency, fc.integer({ min: 1, max: 60_000 }), (streams, e2eMs) => {
      const at = (width: number) =>
        loadSchema.parse({ mode: 'concurrency', stages: [{ concurrency: width, requests: 150 }] });
      expect(estimateStageMs(at(streams + 1), stage, e2eMs)).toBeLessThanOrEqual(
        estimateStageMs(at(streams), stage, e2eMs),
      );
      expect(estimateStageMs(at(streams), stage, e2eMs + 1)).toBeGreaterThan(
        estimateStageMs(at(streams), stage, e2eMs),
      );
    }),
  );
});
