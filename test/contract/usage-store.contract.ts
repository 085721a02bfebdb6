import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import type { QuotaName } from '../../shared/quotas.ts';
import { ids, makeCredential, makeDataset, makeRun } from './make-record.ts';

/** Contract of `UsageStore`, for any implementation. */
export function describeUsageStore(stores: () => Stores): void {
  describe('UsageStore', () => {
    const open = async (name: QuotaName = 'activeRuns') => {
      const tenantId = ids.next('tenant');
      const { usage } = stores();
      await usage.replace(tenantId, name, null, { used: 0, nowMs: 5 });
      return { usage, tenantId };
    };

    it('admits concurrent claims only up to the limit', async () => {
      const { usage, tenantId } = await open();
      const claim = () => usage.claim(tenantId, 'activeRuns', 1, { limit: 7, nowMs: 9 });
      const claims = await Promise.all(Array.from({ length: 25 }, claim));
      expect(claims.filter(Boolean)).toHaveLength(7);
      expect(await usage.get(tenantId, 'activeRuns')).toEqual({ used: 7, claimedAtMs: 9, countedAtMs: 5 });
    });

    it('never admits an amount that alone exceeds the limit, nor any without a stored use', async () => {
      const { usage, tenantId } = await open('datasetBytes');
      expect(await usage.claim(tenantId, 'datasetBytes', 11, { limit: 10, nowMs: 9 })).toBe(false);
      expect(await usage.claim(tenantId, 'schedules', 1, { limit: 10, nowMs: 9 })).toBe(false);
      expect(await usage.get(tenantId, 'schedules')).toBeNull();
    });

    it('a release frees what was claimed, but never more', async () => {
      const { usage, tenantId } = await open();
      await usage.claim(tenantId, 'activeRuns', 2, { limit: 2, nowMs: 9 });
      for (const amount of [1, 1, 1]) await usage.release(tenantId, 'activeRuns', amount);
      expect((await usage.get(tenantId, 'activeRuns'))?.used).toBe(0);
    });

    it('replaces a use only if no claim changed it since it was read', async () => {
      const { usage, tenantId } = await open();
      const stored = await usage.get(tenantId, 'activeRuns');
      await usage.claim(tenantId, 'activeRuns', 1, { limit: 2, nowMs: 9 });
      expect(await usage.replace(tenantId, 'activeRuns', stored, { used: 0, nowMs: 10 })).toBe(false);
      expect(await usage.replace(tenantId, 'activeRuns', null, { used: 0, nowMs: 10 })).toBe(false);
      const now = await usage.get(tenantId, 'activeRuns');
      expect(await usage.replace(tenantId, 'activeRuns', now, { used: 4, nowMs: 10 })).toBe(true);
      expect(await usage.get(tenantId, 'activeRuns')).toEqual({ used: 4, claimedAtMs: 9, countedAtMs: 10 });
    });

    it('counts the resources of one tenant, without those of single runs', async () => {
      const tenantId = ids.next('tenant');
      const { usage, runs, datasets, credentials } = stores();
      for (const status of ['queued', 'finalizing', 'completed'] as const) {
        await runs.create(makeRun({ tenantId, status }));
        await runs.create(makeRun({ status }));
      }
      for (const bytes of [2, 1]) await datasets.create(makeDataset({ tenantId, bytes }), 'x'.repeat(bytes));
      for (const ephemeral of [true, false]) await credentials.put(makeCredential({ tenantId, ephemeral }));
      const names = ['activeRuns', 'storedRuns', 'datasets', 'datasetBytes', 'credentials', 'apiKeys'] as const;
      expect(await Promise.all(names.map((name) => usage.measure(tenantId, name)))).toEqual([2, 3, 2, 3, 1, 0]);
    });
  });
}
