import { isScheduled, isSearch } from '../../shared/load/load.ts';
import type { StagePlan } from '../../shared/plan/plan-run.ts';
import type { Deps } from '../../shared/ports.ts';
import type { RunRecord } from '../../shared/records/records.ts';

/**
 * Whether a stage is left out, because an earlier level of its target was over-saturated and the load says to stop there. A
 * search needs no such rule: it takes such a level for what it gave, and turns.
 */
export async function isBeyondSaturation(
  deps: Pick<Deps, 'stages'>,
  run: RunRecord,
  plan: readonly StagePlan[],
  { stageIndex, targetIndex, load }: StagePlan,
): Promise<boolean> {
  if (!isScheduled(load) || load.onSaturation !== 'stop_levels' || isSearch(run.spec.load)) return false;
  for (const earlier of plan) {
    if (earlier.stageIndex >= stageIndex || earlier.targetIndex !== targetIndex) continue;
    if ((await deps.stages.get(run.runId, earlier.stageIndex))?.stop?.reason === 'over_saturated') return true;
  }
  return false;
}
