import { finalizeRun } from '../../../functions/finalizer/finalize-run.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { buildBatch, noProgress } from '../../../shared/records/manifest.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import type { ApiBench } from './api-bench.ts';

/**
 * Stores an ended run with these samples and one batch per stage, as workers would.
 * @param sampleOf creates the sample of a request, also of warm-up requests, whose indices follow the measured ones
 */
export async function finishRun(
  bench: ApiBench,
  body: unknown,
  sampleOf: (stageIndex: number, index: number, warmup: boolean) => Sample,
): Promise<string> {
  const { deps } = bench;
  const runId: string = (await bench.ask('POST', '/v1/runs', { body })).json.runId;
  const run = await deps.runs.get(runId);
  if (run === null) throw new Error('The run was not stored.');
  const plans = planRun(run.spec, run);
  for (const { stageIndex, requests, warmup, batches } of plans) {
    if (batches.length !== 1) throw new Error('A stage has several batches. Use fewer streams.');
    const planned = requests + warmup;
    const samples = Array.from({ length: planned }, (_, index) => sampleOf(stageIndex, index, index >= requests));
    await deps.blocks.put({ runId, stageIndex, batchIndex: 0, attempt: 1, sequence: 0 }, samples, []);
    await deps.batches.create({
      ...buildBatch({ runId, stageIndex, batchIndex: 0, queuedAtMs: 1 }),
      status: 'done',
      blocks: { '1': 1 },
      progress: { ...noProgress, issued: requests, ok: requests, warmupDone: warmup },
    });
  }
  await deps.runs.update(runId, {}, { status: 'finalizing', groupIndex: plans.length, startedAtMs: 1_000 });
  await finalizeRun(deps, { kind: 'finalize', runId });
  return runId;
}
