import { type BatchPlan, listMeasuredIndices, listWarmupIndices, type StagePlan } from '../plan/plan-run.ts';
import type { Deps } from '../ports.ts';
import type { BatchRecord, RunRecord } from '../records/records.ts';
import { createUnsentSample } from '../sample/create-sample.ts';
import type { Sample } from '../sample/sample.ts';

/**
 * Yields every planned request of a stage once, batch by batch, sorted by index. Requests without a measurement get a
 * `not_sent` sample with the reason. Do not spread the samples; use `copySample`.
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
  const findSample = (index: number, warmup: boolean) =>
    found.get(index) ?? createUnsentSample(index, warmup, batch.batchIndex, reason);
  return [
    ...listMeasuredIndices(batch).map((index) => findSample(index, false)),
    ...listWarmupIndices(batch).map((index) => findSample(index, true)),
  ];
}
