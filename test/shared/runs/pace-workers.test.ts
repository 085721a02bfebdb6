import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paceWorkers } from '../../../shared/runs/pace-workers.ts';

const settings = { heartbeatMs: 1_000, leaseMs: 10_000 };

describe('paceWorkers', () => {
  test('few workers use the settings', () => {
    expect(paceWorkers(settings, 1)).toEqual({ pollMs: 100, leadMs: 0, heartbeatMs: 1_000, leaseMs: 10_000 });
    expect(paceWorkers(settings, 50)).toEqual({ pollMs: 100, leadMs: 500, heartbeatMs: 1_000, leaseMs: 10_000 });
  });

  test('a thousand workers read 500 times and write 125 times per second in total', () => {
    expect(paceWorkers(settings, 1_000)).toEqual({ pollMs: 2_000, leadMs: 6_000, heartbeatMs: 8_000, leaseMs: 40_000 });
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
