import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import { createWithinQuotas, readUse } from '../../../shared/runs/create-within-quotas.ts';
import { removeWithinQuotas } from '../../../shared/runs/remove-within-quotas.ts';
import { ids, makeRun } from '../../contract/make-record.ts';
import { createSimulation } from '../../support/simulation/simulated-deps.ts';

const open = (limit: number) => {
  const { deps, pass } = createSimulation();
  const tenantId = ids.next('tenant');
  const config = { ...deps.config, quotas: { ...deps.config.quotas, schedules: limit } };
  const create = (result: () => Promise<{ created: boolean }> = async () => ({ created: true })) =>
    createWithinQuotas({ ...deps, config }, tenantId, { schedules: 1 }, result);
  const count = async () => (await deps.usage.get(tenantId, 'schedules'))?.used;
  return { deps, pass, tenantId, create, count };
};

test('concurrent creations never exceed the limit, even if some of them fail or exist already', async () => {
  const outcome = fc.constantFrom('created', 'exists', 'refused', 'removed');
  const attempt = fc.asyncProperty(
    fc.integer({ min: 1, max: 6 }),
    fc.array(outcome, { maxLength: 30 }),
    async (limit, list) => {
      const { deps, tenantId, create } = open(limit);
      let [live, most] = [0, 0];
      const make = (kind: (typeof list)[number]) =>
        create(async () => {
          if (kind === 'refused') throw new AppError('INVALID_REQUEST', 'no');
          if (kind === 'exists') return { created: false };
          live += 1;
          most = Math.max(most, live);
          return { created: true };
        }).then(
          async () => {
            if (kind !== 'removed') return;
            live -= 1;
            await removeWithinQuotas(deps, tenantId, { schedules: 1 }, async () => true);
          },
          (error: unknown) => expect(error).toBeInstanceOf(AppError),
        );
      await Promise.all(list.map(make));
      expect(most).toBeLessThanOrEqual(limit);
      expect((await deps.usage.get(tenantId, 'schedules'))?.used ?? 0).toBe(live);
    },
  );
  await fc.assert(attempt, { numRuns: 100 });
});

test('a counter that a crash left too high is corrected a minute after the last creation, and not before', async () => {
  const { pass, create, count } = open(1);
  await expect(create(() => Promise.reject(new Error('crash')))).rejects.toThrow('crash');
  await expect(create()).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  await pass(59_999);
  await expect(create()).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  await pass(1);
  await create();
  expect(await count()).toBe(1);
});

test('a busy tenant at its limit also gets a wrong counter corrected, and still never exceeds the limit', async () => {
  const { deps, pass, tenantId, create, count } = open(3);
  let live = 0;
  const add = () =>
    create(async () => {
      live += 1;
      return { created: true };
    });
  deps.usage.measure = async () => live;
  await add();
  await expect(create(() => Promise.reject(new Error('crash')))).rejects.toThrow('crash');
  await add();
  // Something is removed and created all the time, so the tenant is never quiet for a minute.
  const refused: number[] = [];
  const tryAdd = (second: number) => add().catch(() => void refused.push(second));
  for (let second = 0; second < 130; second += 7) {
    await removeWithinQuotas(deps, tenantId, { schedules: 1 }, async () => {
      live -= 1;
      return true;
    });
    await Promise.all([tryAdd(second), tryAdd(second)]);
    expect(live).toBeLessThanOrEqual(3);
    await pass(6_000);
    await tryAdd(second + 6);
    expect(live).toBeLessThanOrEqual(3);
    await pass(1_000);
  }
  expect(live).toBe(3);
  expect(await count()).toBe(3);
  expect(refused).toContain(6);
});

test('a count between a removal and its release does not subtract the resource twice', async () => {
  const { deps, pass, tenantId, create, count } = open(2);
  let live = 0;
  const add = () =>
    create(async () => {
      live += 1;
      return { created: true };
    });
  deps.usage.measure = async () => live;
  await add();
  await add();
  await pass(60_000);
  await removeWithinQuotas(deps, tenantId, { schedules: 1 }, async () => {
    live -= 1;
    await add().catch(() => undefined); // the counter is at the limit, so this call counts
    return true;
  });
  expect(await count()).toBe(live);
});

test('an operation that takes longer than a count may wait never leaves the counter too low', async () => {
  const { deps, pass, tenantId, create, count } = open(1);
  let live = 0;
  deps.usage.measure = async () => live;
  await create(async () => {
    await pass(61_000);
    await expect(create()).resolves.toEqual({ created: true }); // nothing is visible yet, so a count makes room
    live += 2;
    return { created: true };
  });
  expect(await count()).toBe(2);
  await removeWithinQuotas(deps, tenantId, { schedules: 1 }, async () => {
    live -= 1;
    await pass(61_000);
    return true;
  });
  expect(await count()).toBe(2);
});

test('a clock that was set back does not delay the count', async () => {
  const { deps, create } = open(1);
  const { nowMs } = deps.clock;
  deps.clock.nowMs = () => nowMs() + 3_600_000;
  await expect(create(() => Promise.reject(new Error('crash')))).rejects.toThrow('crash');
  deps.clock.nowMs = nowMs;
  await create();
});

test('the first creation counts what a tenant has from before', async () => {
  const { deps, tenantId } = open(1);
  for (let i = 0; i < 20; i++) await deps.runs.create(makeRun({ tenantId, status: 'running' }));
  const creating = createWithinQuotas(deps, tenantId, { activeRuns: 1 }, async () => ({ created: true }));
  await expect(creating).rejects.toMatchObject({
    code: 'QUOTA_EXCEEDED',
    faults: [
      {
        fault: 'The tenant has 20 of at most 20 queued, running and finalizing runs',
        remedy: 'Wait until a run is finished, or cancel one. The operator can raise MAX_ACTIVE_RUNS_PER_TENANT',
      },
    ],
  });
});

test('a read of the use corrects a counter that a crash left too high, at most once an hour', async () => {
  const { deps, pass, tenantId, create, count } = open(5);
  const measured: number[] = [];
  const { measure } = deps.usage;
  deps.usage.measure = async (...at) => {
    measured.push(at[2]);
    return measure(...at);
  };
  const read = () => readUse(deps, tenantId, 'schedules');
  await expect(create(() => Promise.reject(new Error('crash')))).rejects.toThrow('crash');
  await pass(3_599_999);
  expect([await read(), measured.length]).toEqual([1, 1]);
  await pass(1);
  expect([await read(), await read(), await count(), measured.length]).toEqual([0, 0, 0, 2]);
});
