import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { planRun, type StagePlan } from '../../../shared/plan/plan.ts';
import type { Deps, PageRequest } from '../../../shared/ports.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { readStageSamples } from '../../../shared/runs/read-stage-samples.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { copySample } from '../../../shared/sample/sample-row.ts';
import { getRun } from '../runs/get-run.ts';

/** A sample with the place of its request in the run. */
export type PlacedSample = { stageIndex: number; targetId: string; levelIndex: number } & Sample;
export type SamplePage = { samples: PlacedSample[]; cursor: string | null };

/** Where a page begins: a stage, a batch of it, and how many of the batch's samples come before. */
const positionSchema = z.tuple([z.number().int().min(0), z.number().int().min(0), z.number().int().min(0)]);
type Position = z.infer<typeof positionSchema>;

/**
 * A page of a run's samples, by stage, batch and index, warm-up requests after the measured ones of their batch: every
 * planned request is there once, also those that were never sent. Only of a run that has ended, so that pages fit.
 * @throws AppError NOT_FOUND, CONFLICT while the run is active, INVALID_REQUEST for a cursor that is not one
 */
export async function listSamples(
  deps: Pick<Deps, 'runs' | 'batches' | 'blocks'>,
  tenantId: string,
  runId: string,
  page: PageRequest,
): Promise<SamplePage> {
  const run = await getRun(deps, tenantId, runId);
  if (!isTerminal(run.status))
    throw new AppError('CONFLICT', `The run is ${run.status}; its samples are complete when it has ended`, {
      retryAfterSeconds: 2,
    });
  const stages = planRun(run.spec, run);
  const from = page.cursor === null ? null : parsePosition(page.cursor, stages);
  const samples: PlacedSample[] = [];
  for (const [stage, batchIndex] of placesFrom(stages, from)) {
    const skip = from !== null && from[0] === stage.stageIndex && from[1] === batchIndex ? from[2] : 0;
    const found = await readBatch(deps, run, stage, batchIndex);
    const room = page.limit - samples.length;
    samples.push(...found.slice(skip, skip + room));
    if (found.length - skip > room)
      return { samples, cursor: formatPosition([stage.stageIndex, batchIndex, skip + room]) };
  }
  return { samples, cursor: null };
}

/** The batches that a page may read, in order. */
function* placesFrom(stages: readonly StagePlan[], from: Position | null): Generator<[StagePlan, number]> {
  for (const stage of stages)
    for (const { batchIndex } of stage.batches)
      if (from === null || stage.stageIndex > from[0] || (stage.stageIndex === from[0] && batchIndex >= from[1]))
        yield [stage, batchIndex];
}

async function readBatch(
  deps: Pick<Deps, 'batches' | 'blocks'>,
  run: RunRecord,
  stage: StagePlan,
  batchIndex: number,
): Promise<PlacedSample[]> {
  const only = { ...stage, batches: stage.batches.filter((plan) => plan.batchIndex === batchIndex) };
  const targetId = run.spec.targets[stage.targetIndex]?.id ?? `target-${stage.targetIndex + 1}`;
  const placed: PlacedSample[] = [];
  for await (const samples of readStageSamples(deps, run, only))
    for (const sample of samples)
      placed.push({ stageIndex: stage.stageIndex, targetId, levelIndex: stage.levelIndex, ...copySample(sample) });
  return placed;
}

function formatPosition(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function parsePosition(cursor: string, stages: readonly StagePlan[]): Position {
  const parsed = positionSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  const known =
    parsed.success && stages[parsed.data[0]]?.batches.some(({ batchIndex }) => batchIndex === parsed.data[1]);
  if (parsed.success && known) return parsed.data;
  throw new AppError('INVALID_REQUEST', 'The cursor is not one of this list', {
    faults: [
      {
        pointer: '?cursor',
        fault: 'is not a cursor of this list',
        remedy: 'Take the cursor of the page before (in its Link header), or leave it out for the first page',
      },
    ],
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
