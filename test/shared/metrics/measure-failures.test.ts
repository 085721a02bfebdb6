import { describe, expect, test } from 'vitest';
import { measureFailures } from '../../../shared/metrics/measure-failures.ts';
import { makeFailure, makeOk, makeSample } from '../../support/factories/sample-factory.ts';

const times = { startMs: 0, ttftMs: 100, e2eMs: 1_000 };

describe('measureFailures', () => {
  test('has only the latencies of failures', () => {
    const stalled = makeOk({ startMs: 0, ttftMs: 200, e2eMs: 500 }, { outcome: 'stalled', endMs: 30_500 });
    const metrics = measureFailures([makeOk(times), makeFailure(100, 30), stalled, makeSample()]);
    expect(metrics.failureOpenMs).toMatchObject({ n: 2, min: 30, max: 30_500 });
    expect(metrics.failureTtftMs).toMatchObject({ n: 1, mean: 200 });
    expect(metrics.retryAfterMs).toMatchObject({ n: 1, mean: 1_000 });
  });

  test('gives the reason if there is no value', () => {
    expect(measureFailures([makeOk(times)]).failureOpenMs).toMatchObject({
      n: 0,
      mean: null,
      reason: 'no request failed',
    });
  });
});
