import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paceWorkers } from '../../../shared/runs/pace-workers.ts';

const settings = {
  ...{ heartbeatMs: 1_000, leaseMs: 10_000, readyTimeoutMs: 60_000, resendAfterMs: 30_000 },
  workerStartsPerMinute: 300,
};

describe('paceWorkers', () => {
  test('few workers use the settings', () => {
    expect(paceWorkers(settings, 1)).toMatchObject({ pollMs: 100, leadMs: 0, heartbeatMs: 1_000, leaseMs: 10_000 });
    expect(paceWorkers(settings, 50)).toMatchObject({ pollMs: 100, leadMs: 500, heartbeatMs: 1_000, leaseMs: 10_000 });
  });

  test('a thousand workers read 500 times and write 125 times per second in total', () => {
    expect(paceWorkers(settings, 1_000)).toMatchObject({
      pollMs: 2_000,
      leadMs: 6_000,
      heartbeatMs: 8_000,
      leaseMs: 40_000,
    });
  });

  test('a group waits as long as its own workers need to start, however many workers the deployment has', () => {
    const limits = [1, 5, 6, 305, 306, 1_000].map((workers) => paceWorkers(settings, workers).readyTimeoutMs / 60_000);
    expect(limits).toEqual([1, 1, 2, 2, 3, 5]);
    const { resendAfterMs } = paceWorkers(settings, 500);
    expect(resendAfterMs).toBe(30_000 + 120_000);
    const unlimited = paceWorkers({ ...settings, workerStartsPerMinute: 0 }, 1_000);
    expect(unlimited).toMatchObject({ readyTimeoutMs: 60_000, resendAfterMs: 30_000 });
  });

  test('each worker polls twice before the start, and a lease survives a missed heartbeat', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10_000 }), (workers) => {
        const { pollMs, leadMs, heartbeatMs, leaseMs } = paceWorkers(settings, workers);
        expect(leadMs).toBeGreaterThanOrEqual(2 * pollMs);
        expect(leaseMs).toBeGreaterThanOrEqual(2 * heartbeatMs);
      }),
    );
  });
});
