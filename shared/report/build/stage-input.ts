import type { ChunkGaps } from '../../metrics/chunk-gaps.ts';
import type { StagePlan } from '../../plan/plan-run.ts';
import type { AttemptNote } from '../../records/attempt-note.ts';
import type { Failure, StageStop } from '../../records/records.ts';
import type { Sample } from '../../sample/sample.ts';

export type StageInput = {
  plan: StagePlan;
  /** Time at which the workers agreed to start (Unix time in ms). Null if the stage never started. */
  startAtMs: number | null;
  /** Why the stage stopped before it sent all requests although the run continued. Null if it did not stop early. */
  stop: StageStop | null;
  /** Each planned request exactly once, including warm-up. Requests that were not sent have the outcome `not_sent`. */
  samples: readonly Sample[];
  /** Gaps in ms between successive output events of successful measured requests. Null if they were not stored. */
  chunkGapsMs: ChunkGaps;
  attempts: readonly (AttemptNote & { batchIndex: number })[];
  failures: readonly Failure[];
};

/** Throws an Error unless the samples contain each request of the plan exactly once. Only a bug can cause the error. */
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
