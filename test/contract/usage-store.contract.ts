import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { type QuotaName, runQuotaNames } from '../../shared/quotas.ts';
import { noUsage } from '../../shared/records/run-usage.ts';
import { ids, makeApiKey, makeCredential, makeDataset, makeRun } from './make-record.ts';

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
      expect(await usage.get(tenantId, 'activeRuns')).toEqual({ used: 7, open: 7, changedAtMs: 9, countedAtMs: 5 });
    });

    it('never admits an amount that alone exceeds the limit, nor any without a stored use', async () => {
      const { usage, tenantId } = await open('datasetBytes');
      expect(await usage.claim(tenantId, 'datasetBytes', 11, { limit: 10, nowMs: 9 })).toBeNull();
      expect(await usage.claim(tenantId, 'schedules', 1, { limit: 10, nowMs: 9 })).toBeNull();
      expect(await usage.get(tenantId, 'schedules')).toBeNull();
    });

    it('a release frees what was claimed, and one that is too large leaves 0', async () => {
      const { usage, tenantId } = await open();
      await usage.claim(tenantId, 'activeRuns', 5, { limit: 9, nowMs: 9 });
      const change = { tenantId, name: 'activeRuns', countedAtMs: 5 } as const;
      await usage.release({ ...change, amount: 2 });
      expect(await usage.get(tenantId, 'activeRuns')).toMatchObject({ used: 3, open: 3 });
      await usage.release({ ...change, amount: 1, countedAtMs: 4 });
      expect(await usage.get(tenantId, 'activeRuns')).toMatchObject({ used: 2, open: 3 });
      await usage.release({ ...change, amount: 4 });
      expect((await usage.get(tenantId, 'activeRuns'))?.used).toBe(0);
    });

    it('keeps the sum of operations that have not ended since the last count', async () => {
      const { usage, tenantId } = await open();
      const claim = await usage.claim(tenantId, 'activeRuns', 2, { limit: 9, nowMs: 9 });
      const change = { tenantId, name: 'activeRuns', countedAtMs: 5 } as const;
      expect(claim).toEqual({ ...change, amount: 2 });
      expect(await usage.announce(tenantId, 'activeRuns', 1, 10)).toEqual({ ...change, amount: 1 });
      expect(await usage.get(tenantId, 'activeRuns')).toMatchObject({ used: 2, open: 3, changedAtMs: 10 });
      await usage.end({ ...change, amount: 2 }, 11);
      await usage.end({ ...change, amount: 1, countedAtMs: 4 }, 12);
      expect(await usage.get(tenantId, 'activeRuns')).toMatchObject({ used: 2, open: 1, changedAtMs: 11 });
    });

    it.each(['claim', 'announcement', 'end', 'release'] as const)('replaces no use that a %s changed', async (kind) => {
      const { usage, tenantId } = await open();
      const change = await usage.claim(tenantId, 'activeRuns', 1, { limit: 2, nowMs: 9 });
      if (change === null) throw new Error('The limit leaves no room.');
      const stored = await usage.get(tenantId, 'activeRuns');
      if (kind === 'claim') await usage.claim(tenantId, 'activeRuns', 1, { limit: 2, nowMs: 9 });
      if (kind === 'announcement') await usage.announce(tenantId, 'activeRuns', 1, 9);
      if (kind === 'end') await usage.end(change, 9);
      if (kind === 'release') await usage.release(change);
      expect(await usage.replace(tenantId, 'activeRuns', stored, { used: 0, nowMs: 10 })).toBe(false);
      expect(await usage.replace(tenantId, 'activeRuns', null, { used: 0, nowMs: 10 })).toBe(false);
      const now = await usage.get(tenantId, 'activeRuns');
      expect(await usage.replace(tenantId, 'activeRuns', now, { used: 4, nowMs: 10 })).toBe(true);
      expect(await usage.get(tenantId, 'activeRuns')).toEqual({ used: 4, open: 0, changedAtMs: 9, countedAtMs: 10 });
    });

    it('announces nothing if no use is stored', async () => {
      expect(await stores().usage.announce(ids.next('tenant'), 'schedules', 1, 9)).toBeNull();
    });

    it('does not count expired API keys', async () => {
      const tenantId = ids.next('tenant');
      const { usage, apiKeys } = stores();
      for (const expiresAtMs of [null, 1_000, 2_000]) await apiKeys.create(makeApiKey({ tenantId, expiresAtMs }));
      expect(await usage.measure(tenantId, 'apiKeys', 1_000)).toBe(2);
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
      expect(await Promise.all(names.map((name) => usage.measure(tenantId, name, 0)))).toEqual([2, 3, 2, 3, 1, 0]);
    });

    it('counts what runs of this day and month used, and the amounts of active runs', async () => {
      const tenantId = ids.next('tenant');
      const { usage, runs, dailyUsage } = stores();
      const amounts = { streams: 5, requestsPerDay: 100, centsPerMonth: 300 };
      for (const status of ['running', 'finalizing', 'completed'] as const)
        await runs.create(makeRun({ tenantId, status, amounts }));
      await runs.create(makeRun({ tenantId }));
      const used = { ...noUsage, requests: 7, nanoUsd: 5_000_001 };
      for (const date of ['2025-12-31', '2026-01-30', '2026-01-31'])
        await dailyUsage.add(tenantId, ids.next('run'), Date.parse(`${date}T12:00:00Z`), used);
      const nowMs = Date.parse('2026-01-31T23:00:00Z');
      const counts = await Promise.all(runQuotaNames.map((name) => usage.measure(tenantId, name, nowMs)));
      expect(counts).toEqual([10, 207, 602]);
    });

    it('keeps the limits of each tenant', async () => {
      const { usage } = stores();
      const [tenantId, other] = [ids.next('tenant'), ids.next('tenant')];
      await usage.putLimits(tenantId, { activeRuns: 3, streams: 0 });
      expect([await usage.getLimits(tenantId), await usage.getLimits(other)]).toEqual([
        { activeRuns: 3, streams: 0 },
        {},
      ]);
      await usage.putLimits(tenantId, {});
      expect(await usage.getLimits(tenantId)).toEqual({});
    });
  });
}
