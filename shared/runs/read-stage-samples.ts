import { type BatchPlan, listMeasuredIndices, listWarmupIndices, type StagePlan } from '../plan/plan-run.ts';
import type { Deps } from '../ports.ts';
import type { BatchRecord, RunRecord } from '../records/records.ts';
import { createUnsentSample, type Sample } from '../sample/sample.ts';

/**
 * Yields every planned request of a stage once, batch by batch, sorted by index. Requests without a measurement get a
 * `not_sent` sample with the reason. Do not spread the samples; use `copySample`.
 */
export async function* readStageSamples(
  deps: Pick<Deps, 'batches' | 'blocks'>,
  run: Pick<RunRecord, 'runId' | 'stop'>,
  stage: StagePlan,
): AsyncGenerator<Sample[]> {
  const records = await deps.batches.list(run.runId, stage.stageIndex);
  const recordsByBatch = new Map(records.map((record) => [record.batchIndex, record]));
  for (const batch of stage.batches)
    yield await readBatchSamples(deps, run, stage, batch, recordsByBatch.get(batch.batchIndex));
}

async function readBatchSamples(
  { blocks }: Pick<Deps, 'blocks'>,
  { runId, stop }: Pick<RunRecord, 'runId' | 'stop'>,
  { stageIndex }: StagePlan,
  batch: BatchPlan,
  record: BatchRecord | undefined,
): Promise<Sample[]> {
  const { batchIndex } = batch;
  const found = new Map<number, Sample>();
  if (record !== undefined)
    for await (const block of blocks.readSamples(runId, stageIndex, batchIndex, record.blocks))
      for (const sample of block) if (!found.has(sample.requestIndex)) found.set(sample.requestIndex, sample);
  const reason = record?.notSentReason ?? stop ?? 'worker_lost';
  const findSample = (index: number, warmup: boolean) =>
    found.get(index) ?? createUnsentSample(index, warmup, batchIndex, reason);
  return [
    ...listMeasuredIndices(batch).map((index) => findSample(index, false)),
    ...listWarmupIndices(batch).map((index) => findSample(index, true)),
  ];
}
