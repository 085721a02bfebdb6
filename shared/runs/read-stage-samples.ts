import { type BatchPlan, measuredIndices, type StagePlan, warmupIndices } from '../plan/plan.ts';
import type { Deps } from '../ports.ts';
import type { BatchRecord, RunRecord } from '../records/records.ts';
import { createUnsentSample } from '../sample/create-sample.ts';
import type { Sample } from '../sample/sample.ts';

/**
 * Every planned request of a stage exactly once, batch by batch, each batch sorted by index: what was measured, and a
 * `not_sent` sample with the reason where nothing was. Spread none of them: see `copySample`.
 */
export async function* readStageSamples(
  deps: Pick<Deps, 'batches' | 'blocks'>,
  run: Pick<RunRecord, 'runId' | 'stop'>,
  stage: StagePlan,
): AsyncGenerator<Sample[]> {
  const records = new Map(
    (await deps.batches.list(run.runId, stage.stageIndex)).map((record) => [record.batchIndex, record]),
  );
  for (const batch of stage.batches)
    yield await readBatchSamples(deps, run, stage, batch, records.get(batch.batchIndex));
}

async function readBatchSamples(
  deps: Pick<Deps, 'blocks'>,
  run: Pick<RunRecord, 'runId' | 'stop'>,
  stage: StagePlan,
  batch: BatchPlan,
  record: BatchRecord | undefined,
): Promise<Sample[]> {
  const found = new Map<number, Sample>();
  if (record !== undefined) {
    for await (const block of deps.blocks.readSamples(run.runId, stage.stageIndex, batch.batchIndex, record.blocks)) {
      for (const sample of block) if (!found.has(sample.requestIndex)) found.set(sample.requestIndex, sample);
    }
  }
  const reason = record?.notSentReason ?? run.stop ?? 'worker_lost';
  const sampleOf = (index: number, warmup: boolean) =>
    found.get(index) ?? createUnsentSample(index, warmup, batch.batchIndex, reason);
  return [
    ...measuredIndices(batch).map((index) => sampleOf(index, false)),
    ...warmupIndices(batch).map((index) => sampleOf(index, true)),
  ];
}
