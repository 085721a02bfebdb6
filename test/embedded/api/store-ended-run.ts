import { finalizeRun } from '../../../functions/finalizer/finalize-run.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { noProgress } from '../../../shared/records/manifest.ts';
import { makeFailure, makeOk } from '../../support/factories/sample-factory.ts';
import type { ApiBench } from '../../support/service/api-bench.ts';

/** Number of measured requests per target. */
export const requests = 40;

/**
 * Stores a finished run of two targets. The last five requests of each are not sent, and every fourth one fails.
 * @param bench has three streams per worker, so that each stage has two batches
 */
export async function storeEndedRun(bench: ApiBench): Promise<string> {
  const body = {
    targets: ['a', 'b'].map((id) => ({ id, baseUrl: 'https://api.example.com/v1', model: 'm' })),
    load: { mode: 'concurrency', stages: [{ concurrency: 6, requests }], warmupRequests: 2 },
    seed: 1,
  };
  const { deps } = bench;
  const runId: string = (await bench.ask('POST', '/v1/runs', { body })).json.runId;
  const run = await deps.runs.get(runId);
  if (run === null) throw new Error('The run was not stored');
  for (const stage of planRun(run.spec, run))
    for (const { batchIndex, first, count } of stage.batches) {
      const samples = Array.from({ length: count }, (_, k) => first + k)
        .filter((index) => index < requests - 5)
        .map((index) =>
          index % 4 === 3
            ? makeFailure(index * 100, 50, {
                requestIndex: index,
                batchIndex,
                error: { code: null, message: '=cmd|calc, "quoted"' },
              })
            : makeOk(
                { startMs: index * 100, ttftMs: 300 + index, e2eMs: 2_000 + 10 * index },
                { requestIndex: index, batchIndex },
              ),
        );
      await deps.blocks.put({ runId, stageIndex: stage.stageIndex, batchIndex, attempt: 1, sequence: 0 }, samples, []);
      await deps.batches.create({
        ...{
          runId,
          stageIndex: stage.stageIndex,
          batchIndex,
          status: 'done',
          attempt: 1,
          failures: 0,
          queuedAtMs: 1,
          leaseOwner: null,
        },
        ...{
          leaseExpiresAtMs: null,
          blocks: { '1': 1 },
          peakEnded: 0,
          repeatedSteps: 0,
          attempts: [],
          notSentReason: 'run_canceled',
          failure: null,
        },
        progress: { ...noProgress, issued: count, ok: count },
      });
    }
  await deps.runs.update(runId, {}, { status: 'finalizing', groupIndex: 2, stop: 'run_canceled', startedAtMs: 1_000 });
  await finalizeRun(deps, { kind: 'finalize', runId });
  return runId;
}
