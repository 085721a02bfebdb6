import { getStageMode } from '../../shared/load/load.ts';
import type { PhaseLoad } from '../../shared/load/modes/load-mode.ts';
import type { BatchPlan, StagePlan } from '../../shared/plan/plan-run.ts';
import type { Dataset } from '../../shared/workload/datasets/dataset.ts';

/**
 * Returns what one batch attempt asks of the instrument for the indices it has yet to measure. A later attempt continues where
 * the load was broken off: it does not ramp up again, nor sends at once all that fell due meanwhile.
 */
export function buildPhaseLoad(
  seed: number,
  { load, levelIndex, requests, batches }: StagePlan,
  { batchIndex, concurrency }: BatchPlan,
  attempt: number,
  indices: readonly number[],
  dataset: Dataset | null = null,
): PhaseLoad {
  const place = { seed, levelIndex, requests, batchIndex, batchCount: batches.length };
  return getStageMode(load).toPhaseLoad(load, { ...place, concurrency, attempt, indices, dataset });
}
