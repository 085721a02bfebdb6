import { describe, expect, it } from 'vitest';
import { encodeIdTime } from '../../shared/ids/ids.ts';
import type { RunListRequest, Stores } from '../../shared/ports.ts';
import type { RunLabels, RunRecord } from '../../shared/records/records.ts';
import type { RunFilter } from '../../shared/records/run-filter.ts';
import { listAll } from './list-all.ts';
import { ids, makeRun } from './make-record.ts';

const startMs = Date.UTC(2026, 0, 31);
const fullWidthL = String.fromCharCode(0xff2c);

/** Contract of filtered lists of `RunStore`, for any implementation. */
export function describeRunList(stores: () => Stores): void {
  describe('RunStore.list with a filter', () => {
    const tenantId = ids.next('tenant');
    const scheduleId = ids.next('schedule');
    const runs: RunRecord[] = [];

    /** Creates runs with one second between them. */
    const create = async (change: Partial<RunRecord>, name: string | null, metadata: RunLabels['metadata'] = {}) => {
      const createdAtMs = startMs + runs.length * 1_000;
      const runId = `${encodeIdTime('run', createdAtMs)}${ids.next('run').slice(-16)}`;
      const run = makeRun({ runId, tenantId, createdAtMs, labels: { name, metadata }, ...change });
      runs.push(run);
      await stores().runs.create(run);
    };
    const find = async (filter: RunFilter, request: Partial<RunListRequest> = {}) => {
      const pages = await listAll((page) => stores().runs.list(tenantId, { ...page, filter, ...request }), 2);
      return pages.flat().map(({ runId }) => runs.findIndex((run) => run.runId === runId));
    };

    it('finds the runs that meet all conditions, each once, newest first', async () => {
      await create({ status: 'completed' }, 'Llama-2 70B on Fireworks', { commit: 'abc', team: 'infra' });
      await create({ status: 'failed' }, 'llama 2 on anyscale', { commit: 'abc' });
      await create({ status: 'queued', rerunOf: ids.next('run') }, null);
      await create({ status: 'running', scheduleId }, 'nightly ÉTÉ');
      await create({ status: 'completed', scheduleId }, `nightly ${fullWidthL}lama`, { commit: 'def' });
      await stores().runs.create(makeRun({ status: 'queued', labels: { name: 'llama', metadata: {} } }));
      expect(await find({})).toEqual([4, 3, 2, 1, 0]);
      expect(await find({ statuses: ['completed', 'running'] })).toEqual([4, 3, 0]);
      expect(await find({ statuses: ['queued', 'running', 'finalizing'] })).toEqual([3, 2]);
      expect(await find({ scheduleId })).toEqual([4, 3]);
      expect(await find({ scheduleId, statuses: ['running'] })).toEqual([3]);
      expect(await find({ sources: ['schedule'] })).toEqual([4, 3]);
      expect(await find({ sources: ['api', 'rerun'] })).toEqual([2, 1, 0]);
      expect(await find({ namePrefix: 'nightly' })).toEqual([4, 3]);
      expect(await find({ namePrefix: 'llama' })).toEqual([1]);
      expect(await find({ metadata: { commit: 'abc' } })).toEqual([1, 0]);
      expect(await find({ metadata: { commit: 'abc', team: 'infra' } })).toEqual([0]);
      expect(await find({ metadata: { constructor: 'x' } })).toEqual([]);
      expect(await find({ search: 'LLAMA' })).toEqual([4, 1, 0]);
      expect(await find({ search: 'fire llama' })).toEqual([0]);
      expect(await find({ search: 'été, nightly' })).toEqual([3]);
      expect(await find({ search: 'scale' })).toEqual([]);
    });

    it('lists the oldest first, and a range of time without its end', async () => {
      expect(await find({}, { isOldestFirst: true })).toEqual([0, 1, 2, 3, 4]);
      const range = { createdFromMs: startMs + 1_000, createdBeforeMs: startMs + 3_000 };
      expect(await find(range)).toEqual([2, 1]);
      expect(await find({ ...range, search: 'llama' }, { isOldestFirst: true })).toEqual([1]);
      expect(await find({ ...range, statuses: ['queued'] })).toEqual([2]);
      expect(await find({ createdFromMs: startMs + 3_000 })).toEqual([4, 3]);
      expect(await find({ createdFromMs: startMs, createdBeforeMs: startMs })).toEqual([]);
    });

    it('examines a limited number of runs a page, and finds the rest on the next pages', async () => {
      const filter = { search: 'fireworks' };
      const pages = await listAll((page) => stores().runs.list(tenantId, { ...page, filter, maxExamined: 2 }), 2);
      expect(pages.map((page) => page.length)).toEqual([0, 0, 1]);
      const all = await listAll((page) => stores().runs.list(tenantId, { ...page, filter: { namePrefix: '' } }), 1);
      expect(all.flat()).toEqual(runs.toReversed());
    });

    it('follows the present labels and status', async () => {
      const { runId = '' } = runs[2] ?? {};
      await stores().runs.update(runId, {}, { labels: { name: 'renamed', metadata: { k: 'v' } }, status: 'completed' });
      expect(await find({ search: 'renamed', metadata: { k: 'v' }, statuses: ['completed'] })).toEqual([2]);
      expect(await find({ statuses: ['queued'] })).toEqual([]);
    });

    it('rejects a cursor of a list with other conditions', async () => {
      const list = (request: Partial<RunListRequest>) =>
        stores().runs.list(tenantId, { limit: 1, cursor: null, filter: { search: 'llama' }, ...request });
      const { cursor } = await list({});
      expect((await list({ cursor })).items).toHaveLength(1);
      for (const other of [{ filter: {} }, { filter: { search: 'lama' } }, { isOldestFirst: true }])
        await expect(list({ cursor, ...other })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    });
  });
}
