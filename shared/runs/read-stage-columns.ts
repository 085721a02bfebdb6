import type { BatchPlan, StagePlan } from '../plan/plan-run.ts';
import type { Deps } from '../ports.ts';
import type { BatchRecord, RunRecord } from '../records/records.ts';
import type { SampleColumns } from '../sample/field-kinds.ts';
import type { NotSentReason } from '../sample/outcome.ts';
import { createUnsentSample, listRows, type Sample } from '../sample/sample.ts';
import { createRowCopier, createRowWriter, createSampleColumns } from '../sample/sample-columns.ts';
import { sampleFields } from '../sample/sample-fields.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';

const { slot: indexSlot } = sampleFields.requestIndex.column;

/** Number of batches to read at the same time. Each read returns at most 1 MB. */
export const batchesAtOnce = 4;

/** Reads samples like `readStageSamples`, into columns to save memory. Use `copySample` to copy a sample. */
export async function readStageColumns(
  deps: Pick<Deps, 'blocks'>,
  run: Pick<RunRecord, 'runId' | 'stop'>,
  stage: StagePlan,
  records: readonly BatchRecord[],
): Promise<Sample[]> {
  const length = stage.batches.reduce((sum, batch) => sum + countBatchRows(batch), 0);
  const all = createSampleColumns(length);
  const copyRows = createRowCopier(all);
  const writeRow = createRowWriter(all);
  const isFilled = new Uint8Array(all.length);
  const recordsByBatch = new Map(records.map((record) => [record.batchIndex, record]));
  const places = placeBatches(stage.batches);
  const damaged = new Set<number>();
  await forEachConcurrently(places, batchesAtOnce, async ({ batch, findRow }) => {
    const counted = recordsByBatch.get(batch.batchIndex)?.blocks ?? {};
    for await (const block of deps.blocks.readColumns(run.runId, stage.stageIndex, batch.batchIndex, counted)) {
      if (block === null) {
        damaged.add(batch.batchIndex);
        continue;
      }
      const rows = findRequestIndices(block).map((index) => {
        const row = findRow(index);
        // Another attempt may have measured the same request. The first sample is used.
        if (row < 0 || isFilled[row] === 1) return -1;
        isFilled[row] = 1;
        return row;
      });
      copyRows(block, rows);
    }
  });
  for (const { batch, firstRow } of places) {
    const record = recordsByBatch.get(batch.batchIndex) ?? null;
    const reason = explainMissing(run, record, damaged.has(batch.batchIndex));
    for (let nth = 0; nth < countBatchRows(batch); nth++)
      if (isFilled[firstRow + nth] !== 1) writeRow(firstRow + nth, createMissingSample(batch, nth, reason));
  }
  return listRows(all);
}

/** Returns the request indices of a block's samples. */
export function findRequestIndices({ columns }: SampleColumns): Int32Array {
  return Int32Array.from(columns[indexSlot] ?? []);
}

/** Assigns a range of rows to each batch. */
function placeBatches(batches: readonly BatchPlan[]) {
  let nextRow = 0;
  return batches.map((batch) => {
    const firstRow = nextRow;
    nextRow += countBatchRows(batch);
    /** Returns the row for a request index, or -1 if the request is not in the batch. */
    const findRow = (index: number) => {
      const row = findBatchRow(batch, index);
      return row < 0 ? -1 : firstRow + row;
    };
    return { batch, firstRow, findRow };
  });
}

export function countBatchRows({ count, warmupCount }: BatchPlan): number {
  return count + warmupCount;
}

/**
 * Returns the row of a request in its batch, or -1 if the request is not in the batch. The measured requests come first,
 * by index, and then the warm-up requests.
 */
export function findBatchRow({ first, stride, count, warmupFirst, warmupCount }: BatchPlan, index: number): number {
  const nth = (index - first) / stride;
  if (Number.isInteger(nth) && nth >= 0 && nth < count) return nth;
  const nthWarmup = index - warmupFirst;
  return nthWarmup >= 0 && nthWarmup < warmupCount ? count + nthWarmup : -1;
}

/** Creates the sample of a batch's row that has no stored sample. */
export function createMissingSample(batch: BatchPlan, row: number, reason: NotSentReason): Sample {
  const isMeasured = row < batch.count;
  const index = isMeasured ? batch.first + row * batch.stride : batch.warmupFirst + row - batch.count;
  return createUnsentSample(index, !isMeasured, batch.batchIndex, reason);
}

/** Returns why requests of a batch have no stored sample. */
export function explainMissing(
  run: Pick<RunRecord, 'stop'>,
  record: BatchRecord | null,
  isDamaged: boolean,
): NotSentReason {
  return isDamaged ? 'block_damaged' : (record?.notSentReason ?? run.stop ?? 'worker_lost');
}

/**
 * Returns one sample for each planned request of a stage, batch by batch, ordered by index. Requests that were not
 * measured get a `not_sent` sample with the reason. To copy a sample, use `copySample` instead of the spread operator.
 */
export async function* readStageSamples(
  deps: Pick<Deps, 'batches' | 'blocks'>,
  run: Pick<RunRecord, 'runId' | 'stop'>,
  stage: StagePlan,
): AsyncGenerator<Sample[]> {
  const records = await deps.batches.list(run.runId, stage.stageIndex);
  for (const batch of stage.batches) yield await readStageColumns(deps, run, { ...stage, batches: [batch] }, records);
}
