import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseState } from '../../../functions/coordinator/share-workers.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';
import { ids } from '../../contract/make-record.ts';
import { countCases } from '../../support/test-form.ts';
import { openService } from './open-service.ts';
import { target } from './stored-run.ts';

/** A deployment for four workers per tenant, with one spare worker. */
const limits = { maxWorkersPerTenant: 4, maxTotalWorkers: 5 };
const open = () => openService(limits);
const newTenant = () => ids.next('tenant');

test('two wide runs of two tenants never get a part of the workers each: the second starts when the first ends', async () => {
  const { sent, create, advance, listOpen, endGroup, get } = open();
  const runs = [await create(newTenant(), [4]), await create(newTenant(), [4])];
  await Promise.all(runs.map(advance));
  const [first, second] = (await listOpen(runs[0] as RunRecord)).length > 0 ? runs : runs.toReversed();
  if (first === undefined || second === undefined) throw new Error('There are two runs');
  expect([(await listOpen(first)).length, (await listOpen(second)).length]).toEqual([4, 0]);
  expect((await get(second)).waitingSinceMs).not.toBeNull();
  await endGroup(first);
  await advance(first);
  expect(sent.map(({ message }) => message)).toContainEqual({ kind: 'advance', runId: second.runId });
  await advance(second);
  expect(await listOpen(second)).toHaveLength(4);
});

test('a small run starts at once while a wide run waits, and the wide run does not wait for it', async () => {
  const { create, advance, listOpen, endGroup, pass } = open();
  const [wide, waiting, small] = [await create(newTenant(), [4]), await create(newTenant(), [4]), newTenant()];
  for (const run of [wide, waiting]) await advance(run);
  await pass(1);
  const passing = await create(small, [1]);
  await advance(passing);
  expect(await listOpen(passing)).toHaveLength(1);
  const late = await create(newTenant(), [1]);
  await advance(late);
  expect(await listOpen(late)).toEqual([]);
  await endGroup(wide);
  await advance(wide);
  for (const run of [late, waiting]) await advance(run);
  expect(await listOpen(waiting)).toHaveLength(4);
  expect(await listOpen(late)).toEqual([]);
});

test('between two groups of a run, a run of another tenant that has waited longer comes first', async () => {
  const { create, advance, listOpen, endGroup, pass } = open();
  const [long, other] = [await create(newTenant(), [4, 4]), await create(newTenant(), [4])];
  for (const run of [long, other]) await advance(run);
  await pass(1);
  await endGroup(long);
  await advance(long);
  await advance(other);
  expect([(await listOpen(long)).length, (await listOpen(other)).length]).toEqual([0, 4]);
  await endGroup(other);
  await advance(other);
  await advance(long);
  expect(await listOpen(long)).toHaveLength(4);
});

test('the wait for workers does not count as time of the run', async () => {
  const { create, advance, listOpen, endGroup, get, pass } = open();
  const [long, other] = [await create(newTenant(), [4, 4]), await create(newTenant(), [4])];
  for (const run of [long, other]) await advance(run);
  await pass(1_000);
  await endGroup(long);
  await advance(long);
  await advance(other);
  for (let minute = 0; minute < 600; minute++) {
    await pass(60_000);
    await advance(long);
  }
  await endGroup(other);
  await advance(other);
  await advance(long);
  expect(await listOpen(long)).toHaveLength(4);
  expect(await get(long)).toMatchObject({ stop: null, activeMs: 1_000 });
});

test('a tenant leaves spare workers to tenants without workers', async () => {
  const { create, advance, listOpen } = openService({ maxWorkersPerTenant: 100, maxTotalWorkers: 125 });
  const widths = [100, 25, 20, 5, 4, 1];
  const started: number[] = [];
  for (const width of widths) {
    const run = await create(newTenant(), [width]);
    await advance(run);
    started.push((await listOpen(run)).length);
  }
  expect(started).toEqual([100, 0, 20, 0, 4, 1]);
});

test('a group that is wider than all workers starts when it is alone, and regions do not share workers', async () => {
  const { create, advance, listOpen } = open();
  const wide = await create(newTenant(), [6]);
  await advance(wide);
  expect(await listOpen(wide)).toHaveLength(6);
  const targets = [{ ...target, runFrom: 'eu-west-1' }];
  const stages = [{ concurrency: 40, requests: 40 }];
  const spec = runSpecSchema.parse({ seed: 7, targets, load: { mode: 'concurrency', stages } });
  const remote = await create(newTenant(), [1], { spec });
  await advance(remote);
  expect(await listOpen(remote)).toHaveLength(4);
});

test('of waiting runs, those of high priority start first, and those of low priority last', async () => {
  const { create, advance, listOpen, endGroup, pass } = open();
  const running = await create(newTenant(), [4]);
  await advance(running);
  const waiting: RunRecord[] = [];
  for (const priority of ['low', 'normal', 'high'] as const) {
    await pass(1);
    const run = await create(newTenant(), [4], { priority });
    waiting.push(run);
    await advance(run);
  }
  const started: string[] = [];
  for (let run: RunRecord | undefined = running; run !== undefined; ) {
    await endGroup(run);
    await advance(run);
    for (const other of waiting) await advance(other);
    const opened = await Promise.all(waiting.map(async (other) => (await listOpen(other)).length > 0));
    run = waiting.find((_, index) => opened[index]);
    if (run !== undefined) started.push(run.priority);
  }
  expect(started).toEqual(['high', 'normal', 'low']);
});

test('the claim of a run that is gone delays other runs by at most a minute', async () => {
  const { deps, create, advance, listOpen, pass } = open();
  const [gone, waiting] = [await create(newTenant(), [4]), await create(newTenant(), [4])];
  await advance(gone);
  await advance(waiting);
  await deps.runs.update(gone.runId, {}, { status: 'canceled' });
  await pass(60_000);
  await advance(waiting);
  expect(await listOpen(waiting)).toHaveLength(4);
});

test('with any widths and any order, groups start whole, workers suffice, and every run ends', async () => {
  const width = fc.integer({ min: 1, max: 4 });
  const widths = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.array(width, { minLength: 1, maxLength: 3 })), {
    minLength: 2,
    maxLength: 6,
  });
  const hold = fc.asyncProperty(widths, fc.array(fc.nat(), { maxLength: 30 }), async (lists, picks) => {
    const { deps, create, advance, listOpen, endGroup, get, pass } = open();
    const tenants = Array.from({ length: 4 }, newTenant);
    const runs: RunRecord[] = [];
    for (const [tenant, list] of lists) runs.push(await create(tenants[tenant] ?? newTenant(), list));
    const check = async () => {
      const counts = await Promise.all(runs.map(async (run) => (await listOpen(run)).length));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(limits.maxTotalWorkers);
    };
    for (const pick of picks) {
      const run = runs[pick % runs.length];
      if (run === undefined) continue;
      if (pick % 3 === 0) await endGroup(run);
      await (pick % 5 === 0 ? Promise.all(runs.map(advance)) : advance(run));
      await check();
    }
    for (let turn = 0; turn < 40; turn++) {
      await Promise.all(runs.map(endGroup));
      await Promise.all(runs.map(advance));
      await check();
      await pass(1);
    }
    expect(new Set((await Promise.all(runs.map(get))).map(({ status }) => status))).toEqual(new Set(['finalizing']));
    expect((await deps.workerClaims.get())?.claims).toEqual([]);
  });
  await fc.assert(hold, { numRuns: countCases(40) });
});

test('of any claims, one starts if none is active', () => {
  const claim = fc.record({
    tenant: fc.nat({ max: 2 }),
    workers: fc.integer({ min: 1, max: 9 }),
    sinceMs: fc.nat({ max: 3 }),
  });
  const hold = fc.property(fc.array(claim, { minLength: 1, maxLength: 8 }), (list) => {
    const tenants = Array.from({ length: 3 }, newTenant);
    const claims = list.map(({ tenant, workers, sinceMs }) => ({
      runId: ids.next('run'),
      tenantId: tenants[tenant] ?? newTenant(),
      groupIndex: 0,
      priority: 'normal' as const,
      workers: { 'us-east-1': workers },
      state: 'waiting' as const,
      hasStarted: false,
      createdAtMs: sinceMs,
      sinceMs,
      checkedAtMs: 0,
    }));
    const states = claims.map((one) =>
      chooseState(
        one,
        claims.filter((other) => other !== one),
        limits,
      ),
    );
    expect(states.filter((state) => state === 'admitted').length).toBeGreaterThan(0);
  });
  fc.assert(hold, { numRuns: countCases(300) });
});
