import type { BatchPlan, StagePlan } from '../plan/plan-run.ts';
import type { Deps } from '../ports.ts';
import type { BatchRecord, RunRecord } from '../records/records.ts';
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
  const length = stage.batches.reduce((sum, { count, warmupCount }) => sum + count + warmupCount, 0);
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
      const rows = Int32Array.from(block.columns[indexSlot] ?? [], (index) => {
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
    const recorded = recordsByBatch.get(batch.batchIndex)?.notSentReason ?? run.stop ?? 'worker_lost';
    const reason = damaged.has(batch.batchIndex) ? 'block_damaged' : recorded;
    for (let nth = 0; nth < batch.count + batch.warmupCount; nth++) {
      const row = firstRow + nth;
      if (isFilled[row] === 1) continue;
      const isMeasured = nth < batch.count;
      const index = isMeasured ? batch.first + nth * batch.stride : batch.warmupFirst + nth - batch.count;
      writeRow(row, createUnsentSample(index, !isMeasured, batch.batchIndex, reason));
    }
  }
  return listRows(all);
}

/** Assigns a range of rows to each batch: first its measured requests by index, then its warm-up requests. */
function placeBatches(batches: readonly BatchPlan[]) {
  let nextRow = 0;
  return batches.map((batch) => {
    const firstRow = nextRow;
    const { first, stride, count, warmupFirst, warmupCount } = batch;
    nextRow += count + warmupCount;
    /** Returns the row for a request index, or -1 if the request is not in the batch. */
    const findRow = (index: number) => {
      const nth = (index - first) / stride;
      if (Number.isInteger(nth) && nth >= 0 && nth < count) return firstRow + nth;
      const nthWarmup = index - warmupFirst;
      return nthWarmup >= 0 && nthWarmup < warmupCount ? firstRow + count + nthWarmup : -1;
    };
    return { batch, firstRow, findRow };
  });
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
