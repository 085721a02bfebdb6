import { describe, expect, test } from 'vitest';
import { finalizeRun } from '../../../functions/finalizer/finalize-run.ts';
import { HoldLostError, holdReport } from '../../../functions/finalizer/hold-report.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { computeReportLeaseMs } from '../../../shared/runs/report-lease.ts';
import { makeRun } from '../../contract/make-record.ts';
import { makeSpec } from '../../support/factories/sample-factory.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

const stages = [{ concurrency: 2, requests: 100 }];

async function storeRun(change: Partial<RunRecord> = {}) {
  const { deps, pass } = createSimulation();
  const spec = makeSpec({ load: { mode: 'concurrency', stages, warmupRequests: 0 } });
  const run = makeRun({ spec, status: 'finalizing', startedAtMs: originMs, ...change });
  await deps.runs.create(run);
  const getRun = async () => (await deps.runs.get(run.runId)) ?? run;
  const hold = async () => holdReport(deps, await getRun());
  return { deps, run, pass, getRun, hold, leaseMs: computeReportLeaseMs(deps.config, run) };
}

describe('a run that waits for its report', () => {
  test('is held by one of several concurrent finalizers, and the try is counted', async () => {
    const { hold, getRun, leaseMs } = await storeRun();
    const holds = await Promise.all(Array.from({ length: 5 }, hold));
    expect(holds.filter((each) => each !== null)).toHaveLength(1);
    expect(await getRun()).toMatchObject({
      finalizeTries: 1,
      finalizeTriedAtMs: originMs,
      finalizeLeaseExpiresAtMs: originMs + leaseMs,
    });
  });

  test('goes to another finalizer after a kill, and both tries count', async () => {
    const { hold, getRun, pass, leaseMs } = await storeRun();
    await hold();
    await pass(leaseMs - 1);
    expect(await hold()).toBeNull();
    await pass(1);
    expect(await hold()).not.toBeNull();
    expect(await getRun()).toMatchObject({ finalizeTries: 2, finalizeTriedAtMs: originMs });
  });

  test('stays with a finalizer that renews its lease, and is lost by one that does not', async () => {
    const { hold, pass, leaseMs } = await storeRun();
    const first = await hold();
    await pass(leaseMs - 1);
    await first?.renew();
    await pass(leaseMs - 1);
    expect(await hold()).toBeNull();
    await pass(1);
    expect(await hold()).not.toBeNull();
    await expect(first?.renew()).rejects.toThrow(HoldLostError);
  });

  test('is free if its lease ends in a day, because the clock was set back', async () => {
    const { hold } = await storeRun({ finalizeTries: 1, finalizeLeaseExpiresAtMs: originMs + 86_400_000 });
    expect(await hold()).not.toBeNull();
  });

  test('is built once, although its message was sent five times', async () => {
    const { deps, run } = await storeRun();
    let reads = 0;
    const list: typeof deps.batches.list = (...query) => {
      reads += 1;
      return deps.batches.list(...query);
    };
    const counted = { ...deps, batches: { ...deps.batches, list } };
    const message = { kind: 'finalize', runId: run.runId } as const;
    await Promise.all(Array.from({ length: 5 }, () => finalizeRun(counted, message)));
    expect(reads).toBe(1);
  });
});

describe('the lease', () => {
  test('grows with requests and stages, up to ten minutes', async () => {
    const { deps, run } = await storeRun();
    const measure = (count: number, requests: number) => {
      const load = { mode: 'concurrency' as const, stages: Array(count).fill({ concurrency: 2, requests }) };
      return computeReportLeaseMs(deps.config, { ...run, spec: makeSpec({ load: { ...load, warmupRequests: 0 } }) });
    };
    expect(measure(1, 100)).toBe(10_510);
    expect(measure(1, 1_000_000)).toBe(110_500);
    expect(measure(50, 1_000)).toBe(40_000);
    expect(measure(10, 1_000_000)).toBe(600_000);
  });
});
