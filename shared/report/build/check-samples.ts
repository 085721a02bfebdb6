import type { StageInput } from './stage-input.ts';

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
