import { maxGroupRows } from '../archive/group-rows.ts';
import type { OpenSampleFile } from '../archive/read-sample-file.ts';
import type { ObjectStore } from '../object-store.ts';
import type { BatchPlan, StagePlan } from '../plan/plan-run.ts';
import type { Deps } from '../ports.ts';
import type { RunRecord } from '../records/records.ts';
import type { Sample } from '../sample/sample.ts';
import { archivePrefix, buildArchivePath } from './archive-keys.ts';
import { countBatchRows, readStageColumns } from './read-stage-columns.ts';

export type FinishedDeps = Pick<Deps, 'batches' | 'blocks' | 'objects' | 'clock'>;

/** Returns whether the table may have deleted the samples of a run, so that only the archive has all of them. */
export function areSamplesExpired({ archive }: Pick<RunRecord, 'archive'>, nowMs: number): boolean {
  return archive !== null && archive.samplesExpireAtMs <= nowMs;
}

/**
 * Reads all samples of a stage of a finished run, batch by batch, ordered by index: from the table, or from the archive
 * after they have expired. Both give the same samples. To copy a sample, use `copySample`.
 * @throws Error if the archive is incomplete
 */
export async function readFinishedStage(
  deps: FinishedDeps,
  run: Pick<RunRecord, 'runId' | 'stop' | 'archive'>,
  stage: StagePlan,
): Promise<Sample[]> {
  const { runId } = run;
  const { stageIndex } = stage;
  if (!areSamplesExpired(run, deps.clock.nowMs()))
    return readStageColumns(deps, run, stage, await deps.batches.list(runId, stageIndex));
  const file = await openArchivedStage(deps.objects, runId, stageIndex);
  const all: Sample[] = [];
  for (let from = 0; from < file.rows; from += maxGroupRows)
    for (const sample of await file.read(from, from + maxGroupRows)) all.push(sample);
  return all;
}

/** Reads the rows of a batch from `from` to before `to`, as samples. */
type ReadRows = (from: number, to: number) => Promise<Sample[]>;

/** Creates a function that opens the archived samples of a batch. Successive batches of a stage share its file. */
export function createArchiveReader(
  objects: Pick<ObjectStore, 'head' | 'readRange'>,
  runId: string,
): (stage: StagePlan, batch: BatchPlan) => Promise<ReadRows> {
  let opened: { stageIndex: number; file: OpenSampleFile } | null = null;
  return async ({ stageIndex, batches }, batch) => {
    if (opened?.stageIndex !== stageIndex)
      opened = { stageIndex, file: await openArchivedStage(objects, runId, stageIndex) };
    const { file } = opened;
    const place = batches.findIndex((each) => each.batchIndex === batch.batchIndex);
    const first = batches.slice(0, place).reduce((sum, each) => sum + countBatchRows(each), 0);
    const rows = countBatchRows(batch);
    return async (from, to) => {
      const end = Math.min(to, rows);
      const samples = await file.read(first + from, first + end);
      if (samples.length === end - from) return samples;
      throw new Error(`The archive of stage ${stageIndex} of ${runId} has only ${file.rows} rows`);
    };
  };
}

/**
 * Opens the archived samples of a stage. Row numbers are positions among all planned requests of the stage, batch by
 * batch, ordered by index.
 * @throws Error if the archive does not have them
 */
async function openArchivedStage(
  objects: Pick<ObjectStore, 'head' | 'readRange'>,
  runId: string,
  stageIndex: number,
): Promise<OpenSampleFile> {
  const key = `${archivePrefix(runId)}${buildArchivePath({ kind: 'samples', stageIndex })}`;
  // The reader of Parquet files is loaded on first use, because most samples are in the table.
  const { openSampleFile } = await import('../archive/read-sample-file.ts');
  const head = await objects.head(key);
  if (head === null) throw new Error(`The archive has no object ${key}`);
  return openSampleFile({
    byteLength: head.sizeBytes,
    slice: async (from, to = head.sizeBytes) => {
      const bytes = await objects.readRange(key, { from, to });
      if (bytes === null) throw new Error(`The archive has no object ${key}`);
      return new Uint8Array(bytes).buffer; // a copy, because the bytes may be a part of a larger buffer
    },
  });
}
