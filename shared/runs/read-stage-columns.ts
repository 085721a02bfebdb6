import type { BatchPlan, StagePlan } from '../plan/plan.ts';
import type { Deps } from '../ports.ts';
import type { BatchRecord, RunRecord } from '../records/records.ts';
import { createUnsentSample } from '../sample/create-sample.ts';
import type { Sample } from '../sample/sample.ts';
import { createRowCopier, createRowWriter, createSampleColumns } from '../sample/sample-columns.ts';
import { sampleFields } from '../sample/sample-fields.ts';
import { listRows } from '../sample/sample-row.ts';
import { eachOf } from './each-of.ts';

const { slot: indexSlot } = sampleFields.requestIndex.column;

/** While the blocks of one batch are decoded, those of others are on their way: a page of a MB each, at most. */
export const batchesAtOnce = 4;

/**
 * The samples that `readStageSamples` gives, in its order, kept in columns, since a stage may have a million. Each reads its
 * row when asked, so that none may be spread.
 */
export async function readStageColumns(
  deps: Pick<Deps, 'blocks'>,
  run: Pick<RunRecord, 'runId' | 'stop'>,
  stage: StagePlan,
  records: readonly BatchRecord[],
): Promise<Sample[]> {
  const all = createSampleColumns(stage.requests + stage.warmup);
  const copyRows = createRowCopier(all);
  const writeRow = createRowWriter(all);
  const isFilled = new Uint8Array(all.length);
  const recordOf = new Map(records.map((record) => [record.batchIndex, record]));
  const places = placeBatches(stage.batches);
  await eachOf(places, batchesAtOnce, async ({ batch, rowOf }) => {
    const counted = recordOf.get(batch.batchIndex)?.blocks ?? {};
    for await (const block of deps.blocks.readColumns(run.runId, stage.stageIndex, batch.batchIndex, counted)) {
      const rows = Int32Array.from(block.columns[indexSlot] ?? [], (index) => {
        const row = rowOf(index);
        // An index stands in two blocks where a lost worker's block was adopted late: the first one counts.
        if (row < 0 || isFilled[row] === 1) return -1;
        isFilled[row] = 1;
        return row;
      });
      copyRows(block, rows);
    }
  });
  for (const { batch, firstRow } of places) {
    const reason = recordOf.get(batch.batchIndex)?.notSentReason ?? run.stop ?? 'worker_lost';
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

/** Where the samples of each batch go: measured ones in order of index, then those of the warm-up. */
function placeBatches(batches: readonly BatchPlan[]) {
  let nextRow = 0;
  return batches.map((batch) => {
    const firstRow = nextRow;
    const { first, stride, count, warmupFirst, warmupCount } = batch;
    nextRow += count + warmupCount;
    /** Below 0 where the index is not of the batch. */
    const rowOf = (index: number) => {
      const nth = (index - first) / stride;
      if (Number.isInteger(nth) && nth >= 0 && nth < count) return firstRow + nth;
      const nthWarmup = index - warmupFirst;
      return nthWarmup >= 0 && nthWarmup < warmupCount ? firstRow + count + nthWarmup : -1;
    };
    return { batch, firstRow, rowOf };
  });
}
