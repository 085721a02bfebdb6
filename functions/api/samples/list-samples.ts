import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { maxPayloadBodyBytes } from '../../../shared/lambda-limits.ts';
import { countSchema } from '../../../shared/number-schema.ts';
import { type BatchPlan, planRun, type StagePlan } from '../../../shared/plan/plan-run.ts';
import { formatExchangeId } from '../../../shared/records/recorded-exchange.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { areSamplesExpired, createArchiveReader } from '../../../shared/runs/read-finished-samples.ts';
import { countBatchRows } from '../../../shared/runs/read-stage-columns.ts';
import { copySample, type Sample, sampleSchema } from '../../../shared/sample/sample.ts';
import type { ApiDeps } from '../compose.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { getRun } from '../runs/get-run.ts';
import { openBatchRows } from './read-batch-rows.ts';

export const placedSampleSchema = sampleSchema
  .extend({
    stageIndex: countSchema.describe('Index of the stage in the plan'),
    targetId: z.string().describe('Id of the target'),
    levelIndex: countSchema.describe('Index of the load level, in run order'),
    exchangeId: z.string().nullable().describe('Id of the recorded exchange'),
  })
  .meta({ id: 'Sample', description: 'The raw record of one request' });

export type PlacedSample = z.infer<typeof placedSampleSchema>;

/** Start of a page: stage index, batch index, and number of samples to skip in the batch. */
const positionSchema = z.tuple([countSchema, countSchema, countSchema]);
type Position = z.infer<typeof positionSchema>;

/** A page of samples as texts. The cursor of the last page is null. */
export type SampleTexts = { texts: string[]; cursor: string | null };

/** Maximum size in bytes of the texts of a page, so that AWS can send the page. */
const maxPageBytes = maxPayloadBodyBytes - 65_536;

/** Maximum number of samples to read at the same time. */
const rowsAtOnce = 2_000;

/**
 * Returns one page of a finished run's samples, sorted by stage, batch, and index. In each batch, warm-up requests come
 * last. Every planned request is listed once, even if it was not sent. A page ends after `limit` samples, or earlier if
 * its texts would have more than `maxPageBytes`.
 * @throws AppError NOT_FOUND, CONFLICT if the run is active, INVALID_REQUEST if the cursor is invalid
 */
export async function listSamples(
  caller: Caller,
  runId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  render: (sample: PlacedSample) => string,
): Promise<SampleTexts> {
  const run = await getRun(caller, runId);
  if (!isTerminal(run.status))
    throw new AppError('CONFLICT', `The run is ${run.status}. Its samples are available when it is finished.`, {
      retryAfterSeconds: 2,
    });
  const stages = planRun(run.spec, run);
  const recorded = await listRecorded(caller.deps, run);
  const from = cursor === undefined ? null : readPosition(cursor, stages);
  const texts: string[] = [];
  let bytes = 0;
  const rows = Math.min(rowsAtOnce, limit + 1);
  for await (const { position, sample } of readFrom(caller.deps, { run, stages, recorded, rows }, from)) {
    const text = texts.length === limit ? '' : render(sample);
    bytes += Buffer.byteLength(text) + 1;
    if (texts.length === limit || (bytes > maxPageBytes && texts.length > 0))
      return { texts, cursor: encodeCursor(position) };
    texts.push(text);
  }
  return { texts, cursor: null };
}

type Source = {
  run: RunRecord;
  stages: readonly StagePlan[];
  recorded: ReadonlySet<string>;
  /** Number of samples to read at the same time. */
  rows: number;
};

/** Reads the samples from a position, with their positions. */
async function* readFrom(
  deps: ApiDeps,
  { run, stages, recorded, rows }: Source,
  from: Position | null,
): AsyncGenerator<{ position: Position; sample: PlacedSample }> {
  const isArchived = areSamplesExpired(run, deps.clock.nowMs());
  const openArchived = createArchiveReader(deps.objects, run.runId);
  for (const [stage, batch] of listPlaces(stages, from)) {
    const { stageIndex } = stage;
    const { batchIndex } = batch;
    const readRows = await (isArchived ? openArchived(stage, batch) : openStored(deps, run, stage, batch));
    let row = from !== null && from[0] === stageIndex && from[1] === batchIndex ? from[2] : 0;
    while (row < countBatchRows(batch))
      for (const sample of await readRows(row, row + rows)) {
        yield { position: [stageIndex, batchIndex, row], sample: placeSample(run, stage, recorded, sample) };
        row += 1;
      }
  }
}

async function openStored(deps: ApiDeps, run: RunRecord, stage: StagePlan, batch: BatchPlan) {
  const record = await deps.batches.get(run.runId, stage.stageIndex, batch.batchIndex);
  return openBatchRows(deps, { run, stage, batch, record });
}

function* listPlaces(stages: readonly StagePlan[], from: Position | null): Generator<[StagePlan, BatchPlan]> {
  for (const stage of stages)
    for (const batch of stage.batches) {
      const isLater = from === null || stage.stageIndex > from[0];
      if (isLater || (stage.stageIndex === from[0] && batch.batchIndex >= from[1])) yield [stage, batch];
    }
}

/** Lists the ids of the run's recorded exchanges. */
async function listRecorded({ exchanges }: ApiDeps, { runId, spec }: RunRecord): Promise<ReadonlySet<string>> {
  if (spec.recordExchanges === undefined) return new Set();
  return new Set((await exchanges.list(runId)).map(({ exchangeId }) => exchangeId));
}

function placeSample(
  { spec }: RunRecord,
  { stageIndex, levelIndex, targetIndex }: StagePlan,
  recorded: ReadonlySet<string>,
  sample: Sample,
): PlacedSample {
  const targetId = spec.targets[targetIndex]?.id ?? `target-${targetIndex + 1}`;
  const id = formatExchangeId(stageIndex, sample.requestIndex, sample.attempt);
  return { stageIndex, targetId, levelIndex, exchangeId: recorded.has(id) ? id : null, ...copySample(sample) };
}

function readPosition(cursor: string, stages: readonly StagePlan[]): Position {
  const isPlanned = ([stageIndex, nth]: Position) =>
    stages[stageIndex]?.batches.some(({ batchIndex }) => batchIndex === nth) === true;
  const remedy = 'Use the cursor from the Link header of the previous page, or omit it for the first page';
  return decodeCursor(cursor, positionSchema.refine(isPlanned), remedy);
}
