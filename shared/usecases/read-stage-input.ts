import type { StagePlan } from '../domain/plan.ts';
import type { BatchRecord, RunRecord } from '../domain/records.ts';
import type { Sample, Timeline } from '../domain/sample.ts';
import { addBlockGaps, gapsOf, hasGaps } from '../metrics/block-gaps.ts';
import { addGaps, type ChunkGaps, type GapSketch, maxRawGaps, newGapSketch } from '../metrics/chunk-gaps.ts';
import type { Deps } from '../ports.ts';
import type { StageInput } from '../report/stage-input.ts';
import { meetingStage } from './meet-at-start.ts';
import { readStageColumns } from './read-stage-columns.ts';

type Stores = Pick<Deps, 'batches' | 'blocks' | 'stages'>;

/** All that is known of a stage that is over. */
export async function readStageInput(
  deps: Stores,
  run: Pick<RunRecord, 'runId' | 'stop'>,
  plan: readonly StagePlan[],
  stage: StagePlan,
  { withChunkGaps = true } = {},
): Promise<StageInput> {
  const batches = await deps.batches.list(run.runId, stage.stage);
  const samples = await readStageColumns(deps, run, stage, batches);
  const meeting = await deps.stages.get(run.runId, meetingStage(plan, stage));
  const own = await deps.stages.get(run.runId, stage.stage);
  return {
    plan: stage,
    startAtMs: meeting?.startAtMs ?? null,
    stop: own?.stop ?? null,
    samples,
    chunkGapsMs: withChunkGaps ? await readChunkGaps(deps, run.runId, stage, batches, samples) : null,
    attempts: batches.flatMap(({ batch, attempts }) => attempts.map((attempt) => ({ batch, ...attempt }))),
    failures: batches.flatMap(({ failure, status }) => (status === 'failed' && failure !== null ? [failure] : [])),
  };
}

/**
 * All gaps between successive output events of the stage's good measured requests, in order of batch and block; a sketch of
 * them where they are too many to keep.
 */
async function readChunkGaps(
  deps: Stores,
  runId: string,
  stage: StagePlan,
  batches: readonly BatchRecord[],
  samples: readonly Sample[],
): Promise<ChunkGaps> {
  const good = samples.filter(hasGaps);
  const total = good.reduce((sum, { outputEvents }) => sum + Math.max(0, outputEvents - 1), 0);
  const wanted = new Set(good.map(({ index }) => index));
  if (total > maxRawGaps) return sketchGaps(deps, runId, stage, batches, wanted);
  const gapsMs = new Float64Array(total);
  let length = 0;
  for (const batch of batches)
    for await (const timelines of deps.blocks.readTimelines(runId, stage.stage, batch.batch, batch.blocks)) {
      const ofBlock = gapsOf(takeOnce(timelines, wanted));
      gapsMs.set(ofBlock, length);
      length += ofBlock.length;
    }
  return gapsMs.subarray(0, length);
}

/** Workers have left a sketch beside each block; it holds where no request can stand in two blocks. */
async function sketchGaps(
  { blocks }: Stores,
  runId: string,
  { stage }: StagePlan,
  batches: readonly BatchRecord[],
  wanted: Set<number>,
): Promise<GapSketch> {
  const whole = newGapSketch();
  for (const batch of batches) {
    const key = [runId, stage, batch.batch, batch.blocks] as const;
    const counts = Object.values(batch.blocks);
    const packed: Uint8Array[] = [];
    if (counts.length === 1) for await (const gaps of blocks.readGaps(...key)) packed.push(gaps);
    if (packed.length > 0 && packed.length === counts[0]) for (const gaps of packed) addBlockGaps(whole, gaps);
    else
      for await (const timelines of blocks.readTimelines(...key)) addGaps(whole, gapsOf(takeOnce(timelines, wanted)));
  }
  return whole;
}

/** Once only: an index stands in two blocks where a lost worker's block was adopted late. */
function takeOnce(timelines: readonly Timeline[], wanted: Set<number>): Timeline[] {
  return timelines.filter(({ index }) => wanted.delete(index));
}
