import type { BatchPlan, StagePlan } from '../plan/plan.ts';
import type { Deps } from '../ports.ts';
import type { BatchRecord, RunRecord } from '../records/records.ts';
import { notSentReasons, outcomes } from '../sample/outcome.ts';
import type { Sample } from '../sample/sample.ts';
import { type ColumnName, columnOf, newSampleColumns, rowCopier } from '../sample/sample-columns.ts';
import { SampleRow } from '../sample/sample-row.ts';
import { eachOf } from './each-of.ts';

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
  const all = newSampleColumns(stage.requests + stage.warmup);
  const copy = rowCopier(all);
  const isFilled = new Uint8Array(all.length);
  const recordOf = new Map(records.map((record) => [record.batchIndex, record]));
  const places = placeBatches(stage.batches);
  await eachOf(places, batchesAtOnce, async ({ batch, rowOf }) => {
    const counted = recordOf.get(batch.batchIndex)?.blocks ?? {};
    for await (const block of deps.blocks.readColumns(run.runId, stage.stageIndex, batch.batchIndex, counted)) {
      const rows = Int32Array.from(block.columns.requestIndex ?? [], (index) => {
        const row = rowOf(index);
        // An index stands in two blocks where a lost worker's block was adopted late: the first one counts.
        if (row < 0 || isFilled[row] === 1) return -1;
        isFilled[row] = 1;
        return row;
      });
      copy(block, rows);
    }
  });
  for (const { batch, firstRow } of places) {
    const reason = recordOf.get(batch.batchIndex)?.notSentReason ?? run.stop ?? 'worker_lost';
    for (let nth = 0; nth < batch.count + batch.warmupCount; nth++) {
      const row = firstRow + nth;
      if (isFilled[row] === 1) continue;
      for (const [name, value] of Object.entries(unsentRow(batch, nth, reason)))
        columnOf(all, name as ColumnName)[row] = value; // `entries` forgets the names
    }
  }
  return Array.from({ length: all.length }, (_, row) => new SampleRow(all, row));
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

/** What `unsentSample` says, as a row of columns. */
function unsentRow(
  { batchIndex, first, stride, count, warmupFirst }: BatchPlan,
  nth: number,
  reason: NonNullable<Sample['notSentReason']>,
): Partial<Record<ColumnName, number>> {
  const isMeasured = nth < count;
  return {
    requestIndex: isMeasured ? first + nth * stride : warmupFirst + nth - count,
    warmup: isMeasured ? 0 : 1,
    batchIndex,
    attempt: 0,
    outcome: outcomes.indexOf('not_sent'),
    notSentReason: notSentReasons.indexOf(reason),
    hasUsage: 0,
    outputEvents: 0,
    reads: 0,
    bytes: 0,
  };
}
