import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { expectRefusedCursors, listAll } from './list-all.ts';
import { ids, makeRun, makeSchedule } from './make-record.ts';

/** Contract of `ScheduleStore`, and of `RunStore` for the runs of a schedule, for any implementation. */
export function describeScheduleStore(stores: () => Stores): void {
  describe('ScheduleStore', () => {
    it('returns a schedule with its spec only to its own tenant, and keeps the first of an id', async () => {
      const { schedules } = stores();
      const schedule = makeSchedule();
      const { tenantId, scheduleId } = schedule;
      expect(await schedules.create(schedule)).toBe(true);
      expect(await schedules.create({ ...schedule, name: 'another' })).toBe(false);
      expect(await schedules.get(tenantId, scheduleId)).toEqual(schedule);
      expect(await schedules.get(ids.next('tenant'), scheduleId)).toBeNull();
      expect(await schedules.remove(ids.next('tenant'), scheduleId)).toBe(false);
      expect(await schedules.remove(tenantId, scheduleId)).toBe(true);
      expect(await schedules.get(tenantId, scheduleId)).toBeNull();
    });

    it('lists newest first, page by page', async () => {
      const { schedules } = stores();
      const tenantId = ids.next('tenant');
      const all = Array.from({ length: 5 }, () => makeSchedule({ tenantId }));
      for (const schedule of all) await schedules.create(schedule);
      const pages = await listAll((page) => schedules.list(tenantId, page), 2);
      expect(pages.flat()).toEqual(all.toReversed());
      const { cursor } = await schedules.list(tenantId, { limit: 1, cursor: null });
      await expectRefusedCursors(cursor, (page) => schedules.list(ids.next('tenant'), page));
    });

    it('updates a schedule only if every expectation holds, and once if many try', async () => {
      const { schedules } = stores();
      const schedule = makeSchedule();
      const { tenantId, scheduleId, nextAtMs } = schedule;
      await schedules.create(schedule);
      const later = Number(nextAtMs) + 1_000;
      const tries = Array.from({ length: 5 }, () =>
        schedules.update(tenantId, scheduleId, { nextAtMs, paused: false }, { nextAtMs: later + Math.random() }),
      );
      expect((await Promise.all(tries)).filter((changed) => changed !== null)).toHaveLength(1);
      expect(await schedules.update(tenantId, scheduleId, { paused: true }, { nextAtMs: 0 })).toBeNull();
      expect(await schedules.update(tenantId, ids.next('schedule'), {}, { paused: true })).toBeNull();
    });

    it('lists due schedules, oldest first, without paused or removed ones', async () => {
      const { schedules } = stores();
      const base = 1_000_000;
      const at = (nextAtMs: number | null, paused = false) => makeSchedule({ nextAtMs, paused });
      const [late, early, future, paused, gone] = [at(base + 5), at(base), at(base + 50), at(null, true), at(base + 1)];
      for (const schedule of [late, early, future, paused, gone]) await schedules.create(schedule);
      await schedules.remove(gone.tenantId, gone.scheduleId);
      const due = async (limit = 100) => (await schedules.listDue(base + 10, limit)).map((one) => one.scheduleId);
      expect(await due()).toEqual([early.scheduleId, late.scheduleId]);
      expect(await due(1)).toEqual([early.scheduleId]);
      await schedules.update(early.tenantId, early.scheduleId, {}, { nextAtMs: base + 60 });
      await schedules.update(late.tenantId, late.scheduleId, {}, { nextAtMs: null });
      expect(await due()).toEqual([]);
      await schedules.update(future.tenantId, future.scheduleId, {}, { nextAtMs: base + 9 });
      expect(await due()).toEqual([future.scheduleId]);
      await schedules.postpone(future.tenantId, future.scheduleId, base + 11);
      await schedules.postpone(late.tenantId, late.scheduleId, base);
      expect(await due()).toEqual([]);
      expect(await schedules.get(future.tenantId, future.scheduleId)).toMatchObject({ nextAtMs: base + 9 });
      await schedules.remove(future.tenantId, future.scheduleId);
      await schedules.remove(early.tenantId, early.scheduleId);
    });
  });

  describe('RunStore, for schedules', () => {
    it('lists the existing runs of one schedule, newest first', async () => {
      const { runs } = stores();
      const tenantId = ids.next('tenant');
      const scheduleId = ids.next('schedule');
      const own = Array.from({ length: 3 }, () => makeRun({ tenantId, scheduleId }));
      const others = [makeRun({ tenantId }), makeRun({ tenantId, scheduleId: ids.next('schedule') })];
      for (const run of [...own, ...others]) await runs.create(run);
      const listed = async () =>
        (await listAll((page) => runs.list(tenantId, { ...page, filter: { scheduleId } }), 2))
          .flat()
          .map(({ runId }) => runId);
      expect(await listed()).toEqual(own.map(({ runId }) => runId).toReversed());
      expect((await runs.list(tenantId, { limit: 10, cursor: null })).items).toHaveLength(5);
      await runs.remove(own[1]?.runId ?? '', 1, 1);
      expect(await listed()).toEqual([own[2]?.runId, own[0]?.runId]);
      expect((await runs.list(ids.next('tenant'), { limit: 5, cursor: null, filter: { scheduleId } })).items).toEqual(
        [],
      );
    });
  });
}
