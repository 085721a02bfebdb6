import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { ids } from './make-record.ts';

/** Contract of `DailyUsageStore`, for any implementation. */
export function describeDailyUsageStore(stores: () => Stores): void {
  describe('DailyUsageStore', () => {
    const usage = { requests: 10, inputTokens: 5_500, outputTokens: 1_500, nanoUsd: 7_000_001, unpricedRequests: 1 };
    const at = (text: string) => Date.parse(`${text}Z`);

    it('adds up the runs of each day in UTC, and lists the days of a period in order', async () => {
      const { dailyUsage } = stores();
      const tenantId = ids.next('tenant');
      const add = (text: string, of = tenantId) => dailyUsage.add(of, ids.next('run'), at(text), usage);
      await add('2026-02-01T00:00:00');
      await add('2026-01-31T23:59:59.999');
      await add('2026-01-31T00:00:00');
      await add('2026-01-31T00:09:59');
      await add('2026-01-30T12:00:00');
      await add('2026-01-31T12:00:00', ids.next('tenant'));
      const days = await dailyUsage.listDays(tenantId, '2026-01-31', '2026-02-01');
      expect(days).toEqual([
        {
          date: '2026-01-31',
          runs: 3,
          requests: 30,
          inputTokens: 16_500,
          outputTokens: 4_500,
          nanoUsd: 21_000_003,
          unpricedRequests: 3,
        },
        { date: '2026-02-01', runs: 1, ...usage },
      ]);
      expect(await dailyUsage.listDays(tenantId, '2026-03-01', '2026-03-31')).toEqual([]);
    });

    it('counts a run once, also if it is added repeatedly at the same time', async () => {
      const { dailyUsage } = stores();
      const tenantId = ids.next('tenant');
      const runIds = [ids.next('run'), ids.next('run')];
      const endedAtMs = at('2026-01-31T12:00:00');
      const calls = Array.from({ length: 16 }, (_, call) => runIds[call % 2] ?? '');
      await Promise.all(calls.map((runId) => dailyUsage.add(tenantId, runId, endedAtMs, usage)));
      const [day] = await dailyUsage.listDays(tenantId, '2026-01-31', '2026-01-31');
      expect(day).toMatchObject({ runs: 2, requests: 20, nanoUsd: 14_000_002 });
    });
  });
}
