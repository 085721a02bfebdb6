import { hasGaps, listGaps, unpackGaps } from '../metrics/block-gaps.ts';
import {
  addGaps,
  type ChunkGaps,
  createGapSketch,
  type GapSketch,
  maxRawGaps,
  mergeGaps,
} from '../metrics/chunk-gaps.ts';
import { findMeetingStage, type StagePlan } from '../plan/plan-run.ts';
import type { Deps } from '../ports.ts';
import type { BatchRecord, Failure, RunRecord } from '../records/records.ts';
import type { StageInput } from '../report/build/stage-input.ts';
import type { Sample, Timeline } from '../sample/sample.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';
import { batchesAtOnce, readStageColumns } from './read-stage-columns.ts';

type Stores = Pick<Deps, 'batches' | 'blocks' | 'stages'>;

/** `readSamples` reads all samples of the stage. By default, it reads them from the table. */
type InputOptions = { withChunkGaps?: boolean; readSamples?: typeof readStageColumns };

/** Reads all data of a finished stage that its report needs. */
export async function readStageInput(
  deps: Stores,
  run: Pick<RunRecord, 'runId' | 'stop'>,
  plan: readonly StagePlan[],
  stage: StagePlan,
  { withChunkGaps = true, readSamples = readStageColumns }: InputOptions = {},
): Promise<StageInput> {
  const batches = await deps.batches.list(run.runId, stage.stageIndex);
  const samples = await readSamples(deps, run, stage, batches);
  const meeting = await deps.stages.get(run.runId, findMeetingStage(plan, stage.stageIndex));
  const own = await deps.stages.get(run.runId, stage.stageIndex);
  return {
    plan: stage,
    startAtMs: meeting?.startAtMs ?? null,
    stop: own?.stop ?? null,
    samples,
    chunkGapsMs: withChunkGaps ? await readChunkGaps(deps, run.runId, stage, batches, samples) : null,
    attempts: await readAttempts(deps, run.runId, stage.stageIndex, batches),
    failures: [
      ...batches.flatMap(({ failure, status }) => (status === 'failed' && failure !== null ? [failure] : [])),
      ...findDamage(stage, samples),
    ],
  };
}

/** Reads the notes of all attempts, ordered by batch and attempt. */
async function readAttempts(
  { batches: store }: Stores,
  runId: string,
  stageIndex: number,
  batches: readonly BatchRecord[],
): Promise<StageInput['attempts']> {
  const hasNotes = batches.some(({ noteCount = 0 }) => noteCount > 0);
  const placed = hasNotes ? await store.listNotes(runId, stageIndex) : [];
  const byBatch = Map.groupBy(placed, ({ batchIndex }) => batchIndex);
  return batches.flatMap(({ batchIndex, attempts, noteCount = 0 }) => {
    const effective = (byBatch.get(batchIndex) ?? []).filter(({ position }) => position < noteCount);
    const notes = [...effective.map(({ note }) => note), ...attempts].sort((one, other) => one.attempt - other.attempt);
    return notes.map((note) => ({ batchIndex, ...note }));
  });
}

/** Returns a failure if stored samples of the stage cannot be read. */
function findDamage({ stageIndex }: StagePlan, samples: readonly Sample[]): Failure[] {
  const count = samples.filter(({ notSentReason }) => notSentReason === 'block_damaged').length;
  if (count === 0) return [];
  const message = `Stored blocks of stage ${stageIndex} are damaged or missing: ${count} samples are lost. The report covers the other samples`;
  return [{ code: 'block_damaged', message }];
}

/** Reads the gaps in ms between output events of successful measured requests, as a sketch if there are too many. */
async function readChunkGaps(
  { blocks }: Stores,
  runId: string,
  { stageIndex }: StagePlan,
  batches: readonly BatchRecord[],
  samples: readonly Sample[],
): Promise<ChunkGaps> {
  const wanted = new Uint8Array(samples.length);
  let total = 0;
  for (const sample of samples) {
    if (!hasGaps(sample)) continue;
    wanted[sample.requestIndex] = 1;
    total += Math.max(0, sample.outputEvents - 1);
  }
  // Two attempts may have measured the same request, so only its first timeline is used.
  const takeOnce = ({ requestIndex }: Timeline) => {
    const isWanted = wanted[requestIndex] === 1;
    wanted[requestIndex] = 0;
    return isWanted;
  };
  const readGaps = async function* ({ batchIndex, blocks: counted }: BatchRecord) {
    for await (const timelines of blocks.readTimelines(runId, stageIndex, batchIndex, counted))
      yield listGaps(timelines.filter(takeOnce));
  };
  if (total > maxRawGaps) return sketchGaps(blocks, runId, stageIndex, batches, readGaps);
  const gapsMs = new Float64Array(total);
  let length = 0;
  for (const batch of batches)
    for await (const own of readGaps(batch)) {
      gapsMs.set(own, length);
      length += own.length;
    }
  return gapsMs.subarray(0, length);
}

/**
 * Merges the sketches of chunk gaps that workers store with an attempt's last block. A sketch is used only if the batch
 * had one attempt, because several attempts may have measured the same request.
 */
async function sketchGaps(
  blocks: Stores['blocks'],
  runId: string,
  stageIndex: number,
  batches: readonly BatchRecord[],
  readGaps: (batch: BatchRecord) => AsyncIterable<Parameters<typeof addGaps>[1]>,
): Promise<GapSketch> {
  const sketches = new Map<number, GapSketch>();
  await forEachConcurrently(batches, batchesAtOnce, async ({ batchIndex, blocks: counted }) => {
    const [only, ...others] = Object.entries(counted);
    if (only === undefined || others.length > 0) return;
    const [attempt, count] = only;
    for await (const packed of blocks.readGaps(runId, stageIndex, batchIndex, counted, { [attempt]: count - 1 })) {
      const sketch = unpackGaps(packed);
      if (sketch.blocks === count) sketches.set(batchIndex, sketch.gaps);
    }
  });
  const whole = createGapSketch();
  // Batches are merged in a fixed order, because the last digits of the mean depend on the order.
  for (const batch of batches) {
    const own = sketches.get(batch.batchIndex);
    if (own !== undefined) mergeGaps(whole, own);
    else for await (const gaps of readGaps(batch)) addGaps(whole, gaps);
  }
  return whole;
}
