import type { LevelResult } from '../../shared/load/parts/search-load.ts';
import type { SearchSlo } from '../../shared/load/parts/search-schema.ts';
import { planRun } from '../../shared/plan/plan-run.ts';
import type { RunRecord } from '../../shared/records/records.ts';
import { makeLevelResult } from '../../shared/report/build/level-result.ts';
import { measureStage } from '../../shared/runs/measure-stage.ts';
import { readStageInput } from '../../shared/runs/read-stage-input.ts';
import type { CoordinatorDeps } from './compose.ts';

/** Reads what the levels of a target have given so far: of each, the few numbers that the next one follows from. */
export async function readLevelResults(
  deps: Pick<CoordinatorDeps, 'batches' | 'blocks' | 'stages'>,
  run: RunRecord,
  targetIndex: number,
  slos: readonly SearchSlo[],
): Promise<LevelResult[]> {
  const plan = planRun(run.spec, run);
  const withChunkGaps = slos.some(({ metric }) => metric === 'chunkGapMs');
  const results: LevelResult[] = [];
  for (const [stageIndex, level] of run.levels.entries()) {
    const stage = plan[stageIndex];
    if (level.targetIndex !== targetIndex || stage === undefined) continue;
    const input = await readStageInput(deps, run, plan, stage, { withChunkGaps });
    results.push(makeLevelResult(level.value, measureStage(run.spec, input), slos));
  }
  return results;
}
