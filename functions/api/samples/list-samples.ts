import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { countSchema } from '../../../shared/number-schema.ts';
import { planRun, type StagePlan } from '../../../shared/plan/plan-run.ts';
import { formatExchangeId } from '../../../shared/records/recorded-exchange.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { readStageSamples } from '../../../shared/runs/read-stage-columns.ts';
import { copySample, sampleSchema } from '../../../shared/sample/sample.ts';
import type { ApiDeps } from '../compose.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { getRun } from '../runs/get-run.ts';

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

/**
 * Returns one page of a finished run's samples, sorted by stage, batch, and index. In each batch, warm-up requests come
 * last. Every planned request is listed once, even if it was not sent.
 * @throws AppError NOT_FOUND, CONFLICT if the run is active, INVALID_REQUEST if the cursor is invalid
 */
export async function listSamples(
  caller: Caller,
  runId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ samples: PlacedSample[]; cursor: string | null }> {
  const run = await getRun(caller, runId);
  if (!isTerminal(run.status))
    throw new AppError('CONFLICT', `The run is ${run.status}. Its samples are available when it is finished.`, {
      retryAfterSeconds: 2,
    });
  const stages = planRun(run.spec, run);
  const recorded = await listRecorded(caller.deps, run);
  const from = cursor === undefined ? null : readPosition(cursor, stages);
  const samples: PlacedSample[] = [];
  for (const [stage, batchIndex] of listPlaces(stages, from)) {
    const skip = from !== null && from[0] === stage.stageIndex && from[1] === batchIndex ? from[2] : 0;
    const found = await readBatch(caller.deps, { run, recorded }, stage, batchIndex);
    const room = limit - samples.length;
    samples.push(...found.slice(skip, skip + room));
    if (found.length - skip > room)
      return { samples, cursor: encodeCursor([stage.stageIndex, batchIndex, skip + room]) };
  }
  return { samples, cursor: null };
}

function* listPlaces(stages: readonly StagePlan[], from: Position | null): Generator<[StagePlan, number]> {
  for (const stage of stages)
    for (const { batchIndex } of stage.batches)
      if (from === null || stage.stageIndex > from[0] || (stage.stageIndex === from[0] && batchIndex >= from[1]))
        yield [stage, batchIndex];
}

/** Lists the ids of the run's recorded exchanges. */
async function listRecorded({ exchanges }: ApiDeps, { runId, spec }: RunRecord): Promise<ReadonlySet<string>> {
  if (spec.recordExchanges === undefined) return new Set();
  return new Set((await exchanges.list(runId)).map(({ exchangeId }) => exchangeId));
}

async function readBatch(
  deps: ApiDeps,
  { run, recorded }: { run: RunRecord; recorded: ReadonlySet<string> },
  stage: StagePlan,
  batchIndex: number,
): Promise<PlacedSample[]> {
  const only = { ...stage, batches: stage.batches.filter((plan) => plan.batchIndex === batchIndex) };
  const targetId = run.spec.targets[stage.targetIndex]?.id ?? `target-${stage.targetIndex + 1}`;
  const placed: PlacedSample[] = [];
  for await (const samples of readStageSamples(deps, run, only))
    for (const sample of samples) {
      const { stageIndex, levelIndex } = stage;
      const id = formatExchangeId(stageIndex, sample.requestIndex, sample.attempt);
      const exchangeId = recorded.has(id) ? id : null;
      placed.push({ stageIndex, targetId, levelIndex, exchangeId, ...copySample(sample) });
    }
  return placed;
}

function readPosition(cursor: string, stages: readonly StagePlan[]): Position {
  const isPlanned = ([stageIndex, nth]: Position) =>
    stages[stageIndex]?.batches.some(({ batchIndex }) => batchIndex === nth) === true;
  const remedy = 'Use the cursor from the Link header of the previous page, or omit it for the first page';
  return decodeCursor(cursor, positionSchema.refine(isPlanned), remedy);
}
