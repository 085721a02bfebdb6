import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { buildManifest, serializeManifest } from '../../shared/records/manifest.ts';
import { collect } from './collect.ts';
import { expectRefusedCursors, listAll } from './list-all.ts';
import { ids, makeBatch, makeRun, makeSample } from './make-record.ts';

/** Contract of `RunStore`, for any implementation. */
export function describeRunStore(stores: () => Stores): void {
  describe('RunStore', () => {
    it('returns exactly the created run, including nulls and empty lists', async () => {
      const run = makeRun({ startedAtMs: 1.5, failure: { code: 'X', message: '' } });
      expect(await stores().runs.create(run)).toBe(true);
      expect(await stores().runs.get(run.runId)).toEqual(run);
      expect(await stores().runs.get(ids.next('run'))).toBeNull();
    });

    it('creates a run once, also with concurrent calls', async () => {
      const run = makeRun();
      const names = Array.from({ length: 10 }, (_, i) => `verdict ${i}`);
      const created = await Promise.all(
        names.map((name) => stores().runs.create({ ...run, spec: { ...run.spec, name } })),
      );
      expect(created.filter(Boolean)).toHaveLength(1);
      expect((await stores().runs.get(run.runId))?.spec.name).toBe(names[created.indexOf(true)]);
    });

    it('stores a spec with megabytes of prompts, and removes all of it with the run', async () => {
      // Random digits compress poorly, so the text needs several items.
      const prompts = Array.from({ length: 20 }, (_, i) => ({
        prompt: Buffer.from(ids.randomBytes(75_000)).toString('hex') + i,
      }));
      const base = makeRun();
      const workload = { kind: 'prompts' as const, prompts, maxOutputTokens: 10 };
      const run = { ...base, spec: { ...base.spec, workload } };
      await stores().runs.create(run);
      expect(await stores().runs.get(run.runId)).toEqual(run);
      const updated = await stores().runs.update(run.runId, { status: 'queued' }, { status: 'running' });
      expect(updated?.spec).toEqual(run.spec);
      await stores().runs.remove(run.runId, 1, 1);
      expect(await stores().runs.get(run.runId)).toBeNull();
    });

    it('lists the runs of one tenant newest first, page by page, each once', async () => {
      const tenantId = ids.next('tenant');
      const mine = Array.from({ length: 7 }, () => makeRun({ tenantId }));
      for (const run of mine) await stores().runs.create(run);
      await stores().runs.create(makeRun());
      const pages = await listAll((page) => stores().runs.list(tenantId, page), 3);
      expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
      expect(pages.flat()).toEqual(mine.toReversed());
      expect(await listAll((page) => stores().runs.list(tenantId, page), 7)).toHaveLength(1);
      expect(await stores().runs.list(ids.next('tenant'), { limit: 5, cursor: null })).toEqual({
        items: [],
        cursor: null,
      });
    });

    it('rejects cursors of another tenant or list, and invalid cursors', async () => {
      const tenantId = ids.next('tenant');
      for (let i = 0; i < 2; i++) await stores().runs.create(makeRun({ tenantId }));
      const { cursor } = await stores().runs.list(tenantId, { limit: 1, cursor: null });
      await expectRefusedCursors(cursor, (page) => stores().runs.list(ids.next('tenant'), page));
      await expectRefusedCursors(cursor, (page) => stores().credentials.list(tenantId, page));
    });

    it('keeps the bytes of a manifest, even if the schema has added a default since', async () => {
      const { runs } = stores();
      const { spec, maxStreamsPerWorker, ...run } = makeRun();
      const { metadata: _, ...earlier } = spec;
      // The cast stands for an earlier version, which did not store the field.
      const manifest = serializeManifest(buildManifest({ spec: earlier as typeof spec, maxStreamsPerWorker }));
      const stored = { ...run, maxStreamsPerWorker, spec: earlier as typeof spec, manifestSha256: manifest.sha256 };
      await runs.create(stored);
      expect(await runs.getManifest(run.runId)).toEqual(manifest);
      expect((await runs.get(run.runId))?.spec.metadata).toEqual({});
      expect(await runs.getManifest(ids.next('run'))).toBeNull();
    });

    it('lists queued, running, and finalizing runs as active', async () => {
      const tenantId = ids.next('tenant');
      const statuses = ['queued', 'running', 'finalizing', 'completed'] as const;
      const runs = statuses.map((status) => makeRun({ tenantId, status }));
      for (const run of runs) await stores().runs.create(run);
      const activeIds = async () =>
        (await stores().runs.listActive()).filter((run) => run.tenantId === tenantId).map(({ runId }) => runId);
      expect((await activeIds()).sort()).toEqual(
        runs
          .slice(0, 3)
          .map(({ runId }) => runId)
          .sort(),
      );
      for (const [i, end] of (['completed', 'failed', 'canceled'] as const).entries()) {
        await stores().runs.update(runs[i]?.runId ?? '', {}, { status: end });
        expect(await activeIds()).toHaveLength(2 - i);
      }
      expect(await activeIds()).toEqual([]);
    });

    it('updates only if every expectation holds: equality, any of a list, null', async () => {
      const { runs } = stores();
      const run = makeRun({ startedAtMs: 5 });
      await runs.create(run);
      const set = { groupIndex: 1 };
      expect(await runs.update(run.runId, { status: 'running' }, set)).toBeNull();
      expect(await runs.update(run.runId, { status: ['running', 'finalizing'] }, set)).toBeNull();
      expect(await runs.update(run.runId, { status: 'queued', startedAtMs: null }, set)).toBeNull();
      expect(await runs.update(ids.next('run'), {}, set)).toBeNull();
      expect(await runs.get(run.runId)).toEqual(run);
      const expected = { status: ['running', 'queued'], startedAtMs: 5, stop: [null, 'cost_cap'] } as const;
      expect(await runs.update(run.runId, expected, set)).toEqual({ ...run, ...set });
    });

    it('sets attributes to null and back, and compares null with expectations', async () => {
      const { runs } = stores();
      const run = makeRun({ stop: 'cost_cap', failure: { code: 'X', message: 'y' } });
      await runs.create(run);
      const cleared = await runs.update(run.runId, { stop: 'cost_cap' }, { stop: null, failure: null });
      expect(cleared).toEqual({ ...run, stop: null, failure: null });
      expect(await runs.update(run.runId, { stop: null }, { stop: 'error_rate' })).toMatchObject({
        stop: 'error_rate',
      });
      expect(await runs.update(run.runId, { stop: null }, { stop: 'run_canceled' })).toBeNull();
    });

    it('accepts one of many identical claims', async () => {
      const run = makeRun();
      await stores().runs.create(run);
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          stores().runs.update(run.runId, { status: 'queued' }, { status: 'running', startedAtMs: i }),
        ),
      );
      expect(results.filter((result) => result !== null)).toHaveLength(1);
    });

    it('adds to the counters without losing concurrent additions', async () => {
      const run = makeRun();
      await stores().runs.create(run);
      const totals = await Promise.all(
        Array.from({ length: 10 }, () => stores().runs.count(run.runId, { finished: 3, failed: 1 })),
      );
      expect(totals).toContainEqual({ finishedCount: 30, failedCount: 10, reservedNanoUsd: 0 });
      expect(await stores().runs.create(run)).toBe(false);
      expect(await stores().runs.count(run.runId, { finished: 0, failed: 0 })).toMatchObject({ finishedCount: 30 });
      await expect(stores().runs.count(ids.next('run'), { finished: 1, failed: 0 })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });

    it('never reserves more than the cap, also with concurrent calls', async () => {
      const { runs } = stores();
      const run = makeRun();
      await runs.create(run);
      const granted = await Promise.all(Array.from({ length: 12 }, () => runs.reserve(run.runId, 300, 1_000)));
      expect(granted.filter(Boolean)).toHaveLength(3);
      expect(await runs.reserve(run.runId, 1_001, 1_000)).toBe(false);
      expect(await runs.reserve(run.runId, 100, 1_000)).toBe(true);
      expect(await runs.reserve(run.runId, -300, 1_000)).toBe(true);
      // 700 are reserved now.
      expect(await runs.reserve(run.runId, 301, 1_000)).toBe(false);
      expect(await runs.reserve(run.runId, 300, 1_000)).toBe(true);
    });

    it('never reserves a negative amount, even after excessive releases', async () => {
      const { runs } = stores();
      const run = makeRun();
      await runs.create(run);
      await runs.reserve(run.runId, 10, 1_000);
      expect(await runs.reserve(run.runId, -25, 1_000)).toBe(true);
      expect((await runs.count(run.runId, { finished: 0, failed: 0 })).reservedNanoUsd).toBe(0);
    });

    it('refreshes the state of a run, and keeps its spec', async () => {
      const { runs } = stores();
      const run = makeRun();
      await runs.create(run);
      expect(await runs.refresh(run)).toEqual(run);
      const change = { status: 'running' as const, startedAtMs: 5, groupIndex: 1, stop: 'cost_cap' as const };
      await runs.update(run.runId, {}, change);
      expect(await runs.refresh(run)).toEqual({ ...run, ...change });
      expect(await runs.refresh(makeRun())).toBeNull();
    });

    it('tells a heartbeat whether the run continues, was stopped, or is gone', async () => {
      const run = makeRun();
      await stores().runs.create(run);
      const { runs } = stores();
      const read = async () => [await runs.getStop(run.runId), await runs.peekStop(run.runId)];
      expect(await read()).toEqual([null, null]);
      await runs.update(run.runId, {}, { stop: 'run_canceled' });
      expect(await read()).toEqual(['run_canceled', 'run_canceled']);
      await runs.remove(run.runId, 1, 1);
      expect(await read()).toEqual(['gone', 'run_canceled']);
    });

    it('removes stages, batches, blocks, timelines, and report with the run, and nothing of another run', async () => {
      const { runs, stages, batches, blocks, reports } = stores();
      const [run, other] = [makeRun(), makeRun()];
      for (const { runId, tenantId } of [run, other]) {
        await runs.create(makeRun({ runId, tenantId }));
        await reports.put(runId, '{"a":1}');
        for (const stageIndex of [0, 1]) {
          await stages.open({ runId, stageIndex, openedAtMs: 1 });
          for (let batchIndex = 0; batchIndex < 30; batchIndex++)
            await batches.create(makeBatch({ runId, stageIndex, batchIndex }));
          for (const batchIndex of [0, 29]) {
            const key = { runId, stageIndex, batchIndex, attempt: 1, sequence: 0 };
            await blocks.put(key, [makeSample()], [{ requestIndex: 0, outputEventsMs: [1, 2] }]);
          }
        }
      }
      expect(await runs.remove(run.runId, 1, 1)).toBe(true);
      expect(await runs.get(run.runId)).toBeNull();
      while (!(await runs.clear(run.runId, () => true)));
      expect(await reports.get(run.runId)).toBeNull();
      expect(await stages.get(run.runId, 1)).toBeNull();
      expect(await batches.list(run.runId)).toEqual([]);
      for (const batchIndex of [0, 29]) {
        expect(await blocks.countBlocks(run.runId, 1, batchIndex)).toEqual({});
        expect(await collect(blocks.readTimelines(run.runId, 1, batchIndex, { 1: 1 }))).toEqual([]);
      }
      expect((await runs.list(run.tenantId, { limit: 5, cursor: null })).items).toEqual([]);
      expect(await batches.list(other.runId)).toHaveLength(60);
      expect(await blocks.countBlocks(other.runId, 1, 0)).toEqual({ 1: 1 });
      expect(await runs.remove(run.runId, 1, 1)).toBe(false);
      expect(await runs.getRemoved(run.runId)).toBeNull();
      expect(await runs.create(run)).toBe(true);
    });

    it('hides a removed run from all reads, lists, and updates, and lists it as due until it is cleared', async () => {
      const { runs } = stores();
      const scheduleId = ids.next('schedule');
      const run = makeRun({ status: 'completed', scheduleId });
      await runs.create(run);
      const removed = await Promise.all([1, 2, 3].map(() => runs.remove(run.runId, 5, 2_000)));
      expect(removed.filter(Boolean)).toHaveLength(1);
      expect(await runs.get(run.runId)).toBeNull();
      expect(await runs.refresh(run)).toBeNull();
      expect(await runs.getManifest(run.runId)).toBeNull();
      expect(await runs.getStop(run.runId)).toBe('gone');
      expect(await runs.update(run.runId, {}, { pinned: true })).toBeNull();
      for (const filter of [{}, { scheduleId }])
        expect((await runs.list(run.tenantId, { limit: 5, cursor: null, filter })).items).toEqual([]);
      expect(await runs.create(run)).toBe(false);
      expect(await runs.getRemoved(run.runId)).toEqual(run);
      const isDue = async (atMs: number) => (await runs.listRemoved(atMs, 100)).includes(run.runId);
      expect([await isDue(1_999), await isDue(2_000)]).toEqual([false, true]);
      await runs.postponeRemoval(run.runId, 9_000);
      expect([await isDue(8_999), await isDue(9_000)]).toEqual([false, true]);
      expect(await runs.clear(run.runId, () => false)).toBe(true);
      expect(await isDue(9_000)).toBe(false);
      await runs.postponeRemoval(run.runId, 1);
      expect([await isDue(9_000), await runs.getRemoved(run.runId)]).toEqual([false, null]);
    });
  });
}
