import { describe, expect, test } from 'vitest';
import { measureConnections, measureFailures, measureWarmup } from '../../../shared/metrics/measure-failures.ts';
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

describe('measureConnections', () => {
  test('counts opened and reused connections, with the phases of the opened ones', () => {
    const fresh = makeOk(times, { connection: { reused: false, dnsMs: null, connectMs: 12, tlsMs: 30 } });
    const metrics = measureConnections([fresh, makeOk(times), makeOk(times, { connection: null }), makeSample()]);
    expect(metrics).toMatchObject({
      reused: 1,
      fresh: 1,
      unknown: 1,
      dnsMs: { n: 0, mean: null },
      connectMs: { n: 1, mean: 12 },
      tlsMs: { n: 1, mean: 30 },
    });
  });
});

describe('measureWarmup', () => {
  test('takes the first TTFT from the request that started first, not from the first index', () => {
    const warmup = [
      makeOk({ startMs: 50, ttftMs: 80, e2eMs: 900 }, { requestIndex: 10, warmup: true }),
      makeOk({ startMs: 10, ttftMs: 450, e2eMs: 900 }, { requestIndex: 11, warmup: true }),
      makeFailure(0, 5, { requestIndex: 12, warmup: true }),
    ];
    expect(measureWarmup(warmup)).toMatchObject({
      counts: { planned: 3, ok: 2, failed: 1 },
      firstTtftMs: { value: 450, n: 1 },
      ttftMs: { n: 2, max: 450 },
    });
  });

  test('is null, with the reason, if no request succeeded', () => {
    expect(measureWarmup([]).firstTtftMs).toEqual({ value: null, n: 0, reason: 'no warm-up request succeeded' });
  });
});
