import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ItemTable } from '../../../shared/adapters/dynamodb/item-table.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { ids } from '../../contract/make-record.ts';
import { createMemoryTable } from '../../support/simulation/memory-table.ts';
import { countCases } from '../../support/test-form.ts';
import { openService } from './open-service.ts';

const maxWorkersPerTenant = 4;

/** Opens a service with a share of four workers per tenant. */
const open = (table?: ItemTable) => openService({ maxWorkersPerTenant }, table);

test('a run waits while other runs of its tenant use the share, says so, and starts when they end', async () => {
  const { sent, create, advance, listOpen, endGroup, get } = open();
  const tenantId = ids.next('tenant');
  const [first, second] = [await create(tenantId, [3]), await create(tenantId, [2])];
  await advance(first);
  await advance(second);
  expect(await listOpen(second)).toEqual([]);
  expect(await get(second)).toMatchObject({ status: 'queued', startedAtMs: null, waitingSinceMs: expect.any(Number) });
  await endGroup(first);
  await advance(first);
  expect(sent.map(({ message }) => message)).toContainEqual({ kind: 'advance', runId: second.runId });
  await advance(second);
  expect(await listOpen(second)).toHaveLength(2);
  expect(await get(second)).toMatchObject({ status: 'running', waitingSinceMs: null });
});

test('the runs of one tenant do not delay those of another', async () => {
  const { create, advance, listOpen } = open();
  const busy = ids.next('tenant');
  for (let i = 0; i < 20; i++) await advance(await create(busy, [1]));
  const run = await create(ids.next('tenant'), [4]);
  await advance(run);
  expect(await listOpen(run)).toHaveLength(4);
});

test('a run that is wider than the share starts when its tenant has no other run', async () => {
  const { create, advance, listOpen } = open();
  const run = await create(ids.next('tenant'), [7]);
  await advance(run);
  expect(await listOpen(run)).toHaveLength(7);
});

test('a run cannot pass its share while another run is between its admission and its first batch', async () => {
  const { deps, create, advance, listOpen, endGroup } = open();
  const tenantId = ids.next('tenant');
  const [growing, waiting] = [await create(tenantId, [1, 4]), await create(tenantId, [1, 3])];
  const short = await create(tenantId, [2]);
  for (const run of [growing, waiting, short]) await advance(run);
  await endGroup(waiting);
  await advance(waiting);
  expect(await listOpen(waiting)).toEqual([]);
  await endGroup(short);
  await advance(short);
  const { update } = deps.runs;
  deps.runs.update = async (...call) => {
    deps.runs.update = update;
    await endGroup(growing);
    await advance(growing);
    return update(...call);
  };
  await advance(waiting);
  expect((await listOpen(growing)).length + (await listOpen(waiting)).length).toBe(3);
});

/** Creates a table whose calls take a random number of turns, so that concurrent calls meet in any order. */
function createSlowTable(turns: readonly number[]): ItemTable {
  const table = createMemoryTable();
  let calls = 0;
  const slow = <Call extends unknown[], Result>(act: (...call: Call) => Promise<Result>) => {
    return async (...call: Call): Promise<Result> => {
      const wait = turns[calls++ % turns.length] ?? 0;
      for (let turn = 0; turn < wait; turn++) await Promise.resolve();
      return act(...call);
    };
  };
  const { get, put, update } = table;
  return { ...table, get: slow(get), put: slow(put), update: slow(update) };
}

test('concurrent calls that meet in any order never exceed the share together', async () => {
  const width = fc.integer({ min: 1, max: 4 });
  const widths = fc.array(fc.array(width, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 });
  const turns = fc.array(fc.nat({ max: 40 }), { minLength: 7, maxLength: 40 });
  const hold = fc.asyncProperty(widths, turns, async (lists, waits) => {
    const { deps, create, advance, listOpen, endGroup, get } = open(createSlowTable(waits));
    const tenantId = ids.next('tenant');
    const runs: RunRecord[] = [];
    for (const list of lists) runs.push(await create(tenantId, list));
    // Counts the open batches after each new one, because a later turn may end them.
    let most = 0;
    const { create: createBatch } = deps.batches;
    deps.batches.create = async (batch) => {
      const isCreated = await createBatch(batch);
      const counts = await Promise.all(runs.map(async (run) => (await listOpen(run)).length));
      most = Math.max(
        most,
        counts.reduce((sum, count) => sum + count, 0),
      );
      return isCreated;
    };
    for (let turn = 0; turn < 10; turn++) {
      await Promise.all([...runs.map(advance), ...runs.slice(turn % runs.length).map(endGroup)]);
      await Promise.all(runs.map(advance));
      if (turn % 2 === 1) await Promise.all(runs.map(endGroup));
    }
    expect(most).toBeLessThanOrEqual(maxWorkersPerTenant);
    for (let turn = 0; turn < 10; turn++) {
      await Promise.all(runs.map(endGroup));
      await Promise.all(runs.map(advance));
    }
    expect(new Set((await Promise.all(runs.map(get))).map(({ status }) => status))).toEqual(new Set(['finalizing']));
  });
  await fc.assert(hold, { numRuns: countCases(32) });
});

test('in any order of calls, groups start whole, the share holds, and every run ends', async () => {
  const width = fc.integer({ min: 1, max: 4 });
  const widths = fc.array(fc.array(width, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 5 });
  const order = fc.array(fc.nat(), { minLength: 5, maxLength: 40 });
  const hold = fc.asyncProperty(widths, order, async (lists, picks) => {
    const { create, advance, listOpen, endGroup, get } = open();
    const tenantId = ids.next('tenant');
    const runs: RunRecord[] = [];
    for (const list of lists) runs.push(await create(tenantId, list));
    const check = async () => {
      const openCounts = await Promise.all(runs.map(async (run) => (await listOpen(run)).length));
      expect(openCounts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(maxWorkersPerTenant);
    };
    for (const pick of picks) {
      const run = runs[pick % runs.length];
      if (run === undefined) continue;
      if (pick % 3 === 0) await endGroup(run);
      if (pick % 5 === 0) await Promise.all(runs.map(advance));
      else await advance(run);
      await check();
    }
    for (let turn = 0; turn < 30; turn++) {
      await Promise.all(runs.map(endGroup));
      await Promise.all(runs.map(advance));
      await check();
    }
    expect(new Set((await Promise.all(runs.map(get))).map(({ status }) => status))).toEqual(new Set(['finalizing']));
  });
  await fc.assert(hold, { numRuns: countCases(60) });
});
