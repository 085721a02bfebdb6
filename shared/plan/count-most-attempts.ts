import type { BatchPlan } from './plan-run.ts';

/**
 * Counts the most attempts that a batch can have. Each attempt stores a sample of another request, or counts as a
 * failure, and the batch fails after more than `maxBatchFailures` failures in a row. The chain of invocations that hand a
 * batch over therefore ends, so that Lambda may allow it.
 */
export function countMostAttempts(
  { count, warmupCount }: Pick<BatchPlan, 'count' | 'warmupCount'>,
  maxBatchFailures: number,
): number {
  return (count + warmupCount + 1) * (maxBatchFailures + 1);
}
