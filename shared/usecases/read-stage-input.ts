import type { StagePlan } from '../domain/plan.ts';
import type { BatchRecord, RunRecord } from '../domain/records.ts';
import type { Sample, Timeline } from '../domain/sample.ts';
import { addGaps, type ChunkGaps, maxRawGaps, newGapSketch } from '../metrics/chunk-gaps.ts';
import type { Deps } from '../ports.ts';
import type { StageInput } from '../report/stage-input.ts';
import { meetingStage } from './meet-at-start.ts';
import { readStageSamples } from './read-stage-samples.ts';

type Stores = Pick<Deps, 'batches' | 'blocks' | 'stages'>;

/** All that is known of a stage that is over. */
export async function readStageInput(
  deps: Stores,
  run: Pick<RunRecord, 'runId' | 'stop'>,
  plan: readonly StagePlan[],
  stage: StagePlan,
): Promise<StageInput> {
  const batches = await deps.batches.list(run.runId, stage.stage);
  const samples: Sample[] = [];
  for await (const batch of readStageSamples(deps, run, stage)) for (const sample of batch) samples.push(sample);
  const meeting = await deps.stages.get(run.runId, meetingStage(plan, stage));
  const own = await deps.stages.get(run.runId, stage.stage);
  return {
    plan: stage,
    startAtMs: meeting?.startAtMs ?? null,
    stop: own?.stop ?? null,
    samples,
    chunkGapsMs: await readChunkGaps(deps, run.runId, stage, batches, samples),
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
  const wanted = new Set<number>();
  let total = 0;
  for (const { index, warmup, outcome, outputEvents } of samples) {
    if (warmup || outcome !== 'ok') continue;
    wanted.add(index);
    total += Math.max(0, outputEvents - 1);
  }
  const sketch = total > maxRawGaps ? newGapSketch() : null;
  const gapsMs = new Float64Array(sketch === null ? total : 0);
  let length = 0;
  for (const batch of batches) {
    for await (const timelines of deps.blocks.readTimelines(runId, stage.stage, batch.batch, batch.blocks)) {
      const ofBlock = gapsOf(timelines, wanted);
      if (sketch !== null) addGaps(sketch, ofBlock);
      else gapsMs.set(ofBlock, length);
      length += ofBlock.length;
    }
  }
  return sketch ?? gapsMs.subarray(0, length);
}

/** Once only: an index stands in two blocks where a lost worker's block was adopted late. */
function gapsOf(timelines: readonly Timeline[], wanted: Set<number>): Float64Array {
  const own = timelines.filter(({ index }) => wanted.delete(index));
  const gapsMs = new Float64Array(
    own.reduce((sum, { outputEventsMs }) => sum + Math.max(0, outputEventsMs.length - 1), 0),
  );
  let length = 0;
  for (const { outputEventsMs } of own)
    for (let k = 1; k < outputEventsMs.length; k++)
      gapsMs[length++] = (outputEventsMs[k] ?? 0) - (outputEventsMs[k - 1] ?? 0);
  return gapsMs;
}
