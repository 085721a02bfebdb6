import { expect, test } from 'vitest';
import { noUsage } from '../../../shared/records/run-usage.ts';
import { endRun } from '../../../shared/runs/end-run.ts';
import { makeRun } from '../../contract/make-record.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

test('a run does not end before it starts, although the clock was set back', async () => {
  const { deps } = createSimulation();
  const startedAtMs = originMs + 3_600_000;
  const run = makeRun({ status: 'finalizing', startedAtMs });
  await deps.runs.create(run);
  await endRun(deps, run.runId, {
    status: 'completed',
    failure: null,
    verdict: null,
    trust: 'ok',
    trustReasons: [],
    usage: noUsage,
  });
  expect(await deps.runs.get(run.runId)).toMatchObject({ status: 'completed', startedAtMs, endedAtMs: startedAtMs });
});

test('what a run used is counted once, although its end is interrupted, repeated, and concurrent', async () => {
  const { deps, pass } = createSimulation();
  const run = makeRun({ status: 'finalizing', startedAtMs: originMs });
  await deps.runs.create(run);
  const usage = { requests: 7, inputTokens: 70, outputTokens: 14, nanoUsd: 98, unpricedRequests: 0 };
  const end = { status: 'completed', failure: null, verdict: null, trust: 'ok', trustReasons: [] } as const;
  const stop = () => Promise.reject(new Error('the process died'));
  const dying = {
    ...deps,
    credentials: { ...deps.credentials, remove: stop },
    dailyUsage: { ...deps.dailyUsage, add: stop },
  };
  await expect(endRun(dying, run.runId, { ...end, trustReasons: [], usage })).rejects.toThrow('died');
  const late = { ...deps, webhookEndpoints: { ...deps.webhookEndpoints, list: stop } };
  await expect(endRun(late, run.runId, { ...end, trustReasons: [], usage })).rejects.toThrow('died');
  // The repetitions come on another day, with other numbers. Those that were stored first count.
  await pass(86_400_000);
  const again = () => endRun(deps, run.runId, { ...end, trustReasons: [], usage: { ...usage, requests: 8 } });
  await Promise.all([again(), again(), again()]);
  await again();
  const days = await deps.dailyUsage.listDays(run.tenantId, '2026-01-01', '2026-12-31');
  expect(days).toEqual([{ date: '2026-01-31', runs: 1, ...usage }]);
  expect(await deps.runs.get(run.runId)).toMatchObject({ status: 'completed', usage });
});
