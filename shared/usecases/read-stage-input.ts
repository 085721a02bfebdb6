import type { StagePlan } from '../domain/plan.ts';
import type { BatchRecord, RunRecord } from '../domain/records.ts';
import type { Sample } from '../domain/sample.ts';
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

/** Beyond this many (some 200 MB) gaps are not kept: quantiles over all of them would no longer fit a worker's memory. */
const maxChunkGaps = 25_000_000;

/**
 * All gaps between successive output events of the stage's good measured requests, in order of batch and block; null where
 * there are too many.
 */
async function readChunkGaps(
  deps: Stores,
  runId: string,
  stage: StagePlan,
  batches: readonly BatchRecord[],
  samples: readonly Sample[],
): Promise<Float64Array | null> {
  const counted = new Map<number, number>();
  let total = 0;
  for (const { index, warmup, outcome, outputEvents } of samples) {
    if (warmup || outcome !== 'ok') continue;
    counted.set(index, outputEvents);
    total += Math.max(0, outputEvents - 1);
  }
  if (total > maxChunkGaps) return null;
  const gapsMs = new Float64Array(total);
  let length = 0;
  for (const batch of batches) {
    for await (const timelines of deps.blocks.readTimelines(runId, stage.stage, batch.batch, batch.blocks)) {
      for (const { index, outputEventsMs } of timelines) {
        // Once only: an index stands in two blocks where a lost worker's block was adopted late.
        if (!counted.delete(index)) continue;
        for (let k = 1; k < outputEventsMs.length; k++) {
          gapsMs[length++] = (outputEventsMs[k] ?? 0) - (outputEventsMs[k - 1] ?? 0);
        }
      }
    }
  }
  return gapsMs.subarray(0, length);
}
