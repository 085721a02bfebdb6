import type { ChunkGaps } from '../../metrics/chunk-gaps.ts';
import type { StagePlan } from '../../plan/plan-run.ts';
import type { AttemptNote, Failure, StageStop } from '../../records/records.ts';
import type { Sample } from '../../sample/sample.ts';

/** All that is known of a stage when its run is finalized. */
export type StageInput = {
  plan: StagePlan;
  /** The start that the workers agreed on, wall clock; null where the stage never started. */
  startAtMs: number | null;
  /** Why it took no more requests before its plan was done, though the run went on; null where it was not stopped. */
  stop: StageStop | null;
  /** Every planned request exactly once, warm-up included, unsent ones as `not_sent`. */
  samples: readonly Sample[];
  /** Gaps between successive output events of the good measured requests; null where they were not kept. */
  chunkGapsMs: ChunkGaps;
  /** What each batch attempt said of itself. */
  attempts: readonly (AttemptNote & { batchIndex: number })[];
  /** Of batches that failed. */
  failures: readonly Failure[];
};

/**
 * Checks that the samples are the plan's requests, each once.
 * @throws Error where they are not: a report on them would be wrong, and only a bug makes them so
 */
export function checkSamples({ plan, samples }: Pick<StageInput, 'plan' | 'samples'>): void {
  const planned = plan.requests + plan.warmup;
  const seen = new Uint8Array(planned);
  for (const { requestIndex: index, warmup } of samples) {
    if (index >= planned || warmup !== index >= plan.requests)
      throw new Error(`Stage ${plan.stageIndex} has a sample ${index} (warmup: ${warmup}) that is not in its plan`);
    if (seen[index] === 1) throw new Error(`Stage ${plan.stageIndex} has two samples of request ${index}`);
    seen[index] = 1;
  }
  if (samples.length !== planned)
    throw new Error(`Stage ${plan.stageIndex} has ${samples.length} samples of ${planned} planned requests`);
}
