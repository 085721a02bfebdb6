import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { ids } from './make-record.ts';

/** Contract of `RateLimitStore`, for any implementation. */
export function describeRateLimitStore(stores: () => Stores): void {
  describe('RateLimitStore', () => {
    it('counts every use of a window once, also concurrent uses', async () => {
      const tenantId = ids.next('tenant');
      const hit = () => stores().rateLimits.hit(tenantId, 'requests', 60_000, 60_000);
      const counts = await Promise.all(Array.from({ length: 15 }, hit));
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
    });

    it('counts windows, names, and tenants separately', async () => {
      const { rateLimits } = stores();
      const tenantId = ids.next('tenant');
      const hits = [
        rateLimits.hit(tenantId, 'a', 0, 60_000),
        rateLimits.hit(tenantId, 'a', 60_000, 60_000),
        rateLimits.hit(tenantId, 'b', 0, 60_000),
        rateLimits.hit(ids.next('tenant'), 'a', 0, 60_000),
      ];
      expect(await Promise.all(hits)).toEqual([1, 1, 1, 1]);
    });
  });
}
