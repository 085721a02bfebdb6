import type { ChunkGaps } from '../../metrics/chunk-gaps.ts';
import type { StagePlan } from '../../plan/plan-run.ts';
import type { AttemptNote } from '../../records/attempt-note.ts';
import type { Failure, StageStop } from '../../records/records.ts';
import type { Sample } from '../../sample/sample.ts';

/** The data of a stage when its run is finalized. */
export type StageInput = {
  plan: StagePlan;
  /** The agreed start of the workers, wall clock; null if the stage never started. */
  startAtMs: number | null;
  /** Why the stage stopped before the end of its plan while the run continued; null if it was not stopped. */
  stop: StageStop | null;
  /** Each planned request exactly once, warm-up included; unsent requests as `not_sent`. */
  samples: readonly Sample[];
  /** Gaps between successive output events of the good measured requests; null if they were not stored. */
  chunkGapsMs: ChunkGaps;
  attempts: readonly (AttemptNote & { batchIndex: number })[];
  failures: readonly Failure[];
};

/**
 * Checks that the samples are the requests of the plan, each exactly once.
 * @throws Error if they are not, which only a bug can cause
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
