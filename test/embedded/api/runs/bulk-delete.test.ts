import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
/** Monotonic time in ms that each read of the clock adds. */
let stepMs = 0;

beforeAll(async () => {
  let nowMs = 0;
  bench = await openApiBench({ MAX_ACTIVE_RUNS_PER_TENANT: '1000' });
  bench.deps.clock = { ...bench.deps.clock, monotonicMs: () => (nowMs += stepMs) };
});
afterAll(() => bench.close());

const create = async (name: string, status: 'completed' | 'queued' = 'completed'): Promise<string> => {
  const { runId } = (await bench.ask('POST', '/v1/runs', { body: leastSpec({ name }) })).json;
  if (status !== 'queued') await bench.deps.runs.update(runId, {}, { status });
  return runId;
};
const remove = async (body: object, key = bench.key) =>
  (await bench.ask('POST', '/v1/runs/bulk-delete', { body, key })).json;
const countRuns = async (search: string): Promise<number> =>
  (await bench.ask('GET', `/v1/runs?limit=100&search=${search}`)).json.items.length;

describe('a bulk deletion', () => {
  test('by ids says of each run whether it was deleted, and why not', async () => {
    const [done, active, pinned] = [await create('one'), await create('one', 'queued'), await create('one')];
    await bench.ask('PATCH', `/v1/runs/${pinned}`, { body: { pinned: true } });
    const missing = `run_${'0'.repeat(26)}`;
    const body = { runIds: [done, active, pinned, missing, done] };
    const notDeleted = [
      { runId: active, reason: 'active' },
      { runId: pinned, reason: 'pinned' },
      { runId: missing, reason: 'not_found' },
    ];
    const planned = { deleted: [done], notDeleted, cursor: null };
    expect(await remove({ ...body, dryRun: true })).toEqual({ dryRun: true, ...planned });
    expect(await countRuns('one')).toBe(3);
    expect(await remove(body)).toEqual({ dryRun: false, ...planned });
    expect(await countRuns('one')).toBe(2);
    expect((await remove({ runIds: [done] })).notDeleted).toEqual([{ runId: done, reason: 'not_found' }]);
    expect((await bench.ask('DELETE', `/v1/runs/${pinned}`)).status).toBe(204);
  });

  test('by a filter deletes exactly the runs of a list with the same conditions', async () => {
    for (let n = 0; n < 12; n++) await create(`two ${n}`);
    await create('three');
    const filter = { search: 'two', status: ['completed'], createdFrom: '2020-01-01T00:00:00Z' };
    expect((await remove({ filter, dryRun: true })).deleted).toHaveLength(12);
    const { deleted, notDeleted, cursor } = await remove({ filter });
    expect([deleted.length, notDeleted, cursor]).toEqual([12, [], null]);
    expect([await countRuns('two'), await countRuns('three')]).toEqual([0, 1]);
  });

  test('ends after its time, and a cursor or the ids continue it', async () => {
    const runIds: string[] = [];
    for (let n = 0; n < 12; n++) runIds.push(await create('four'));
    stepMs = 10_000;
    const first = await remove({ filter: { search: 'four' }, dryRun: true });
    expect(first.deleted).toEqual(runIds.toReversed().slice(0, 10));
    const second = await remove({ filter: { search: 'four' }, cursor: first.cursor, dryRun: true });
    expect([second.deleted, second.cursor]).toEqual([runIds.toReversed().slice(10), null]);
    stepMs = 6_000;
    const [done, ...late] = runIds.slice(0, 3);
    const notDeleted = late.map((runId) => ({ runId, reason: 'not_reached' }));
    expect(await remove({ runIds: runIds.slice(0, 3) })).toMatchObject({ deleted: [done], notDeleted });
    stepMs = 0;
  });

  test('never reaches runs of another tenant', async () => {
    const runId = await create('five');
    const key = await bench.foreignKey();
    expect(await remove({ runIds: [runId] }, key)).toMatchObject({ notDeleted: [{ runId, reason: 'not_found' }] });
    expect((await remove({ filter: { search: 'five' } }, key)).deleted).toEqual([]);
    expect(await countRuns('five')).toBe(1);
  });

  test.each([
    [{}, ''],
    [{ runIds: [`run_${'0'.repeat(26)}`], filter: { search: 'x' } }, ''],
    [{ filter: {} }, '/filter'],
    [{ filter: { search: '?' } }, '/filter/search'],
    [{ filter: { metadata: { a: 1 } } }, '/filter/metadata/a'],
    [{ filter: { search: 'x' }, cursor: 'y' }, '?cursor'],
    [{ runIds: [] }, '/runIds'],
  ])('without one clear selection is refused: %j', async (body, pointer) => {
    const { status, faults } = await remove(body);
    expect([status, faults[0].pointer]).toEqual([400, pointer]);
  });
});
