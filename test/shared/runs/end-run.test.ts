import { expect, test } from 'vitest';
import { endRun } from '../../../shared/runs/end-run.ts';
import { makeRun } from '../../contract/make-record.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

test('a run does not end before it starts, although the clock was set back', async () => {
  const { deps } = createSimulation();
  const startedAtMs = originMs + 3_600_000;
  const run = makeRun({ status: 'finalizing', startedAtMs });
  await deps.runs.create(run);
  await endRun(deps, run.runId, { status: 'completed', failure: null, verdict: null, trust: 'ok', trustReasons: [] });
  expect(await deps.runs.get(run.runId)).toMatchObject({ status: 'completed', startedAtMs, endedAtMs: startedAtMs });
});
