import { findSweep } from '../../shared/load/load.ts';
import { type LevelResult, searchLoad } from '../../shared/load/parts/search-load.ts';
import type { LoadUnit, Search, SearchSlo } from '../../shared/load/parts/search-schema.ts';
import { type DecidedLevel, planRun } from '../../shared/plan/plan-run.ts';
import type { RunRecord } from '../../shared/records/records.ts';
import { makeLevelResult } from '../../shared/report/build/measure-value.ts';
import { measureStage } from '../../shared/runs/measure-stage.ts';
import { readStageInput } from '../../shared/runs/read-stage-input.ts';
import type { CoordinatorDeps } from './compose.ts';

/**
 * Appends the next level to a search whose levels have all ended. Returns false if there is no next level. The decision
 * depends only on stored samples, so concurrent callers make the same one.
 */
export async function extendLevels(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  const sweep = findSweep(run.spec.load);
  if (sweep === null || sweep.search === null) return false;
  const next = await decideLevel(deps, run, sweep.over, sweep.search);
  if (next === null) return false;
  const expect = { status: 'running' as const, groupIndex: run.groupIndex, stop: null };
  const updated = await deps.runs.update(run.runId, expect, { levels: [...run.levels, next] });
  if (updated !== null) deps.logger.info('search level added', { runId: run.runId, ...next });
  return true;
}

/** Decides the next level. Targets are searched one after another. */
async function decideLevel(
  deps: CoordinatorDeps,
  run: RunRecord,
  over: LoadUnit,
  search: Search,
): Promise<DecidedLevel | null> {
  const targetIndex = run.levels.at(-1)?.targetIndex ?? 0;
  const results = await readLevelResults(deps, run, targetIndex, search.find === 'slo' ? search.slos : []);
  const step = searchLoad({ search, over }, results);
  if ('next' in step) return { targetIndex, value: step.next };
  return targetIndex + 1 < run.spec.targets.length ? { targetIndex: targetIndex + 1, value: search.min } : null;
}

/** Computes the results of a target's levels that the next level depends on. */
async function readLevelResults(
  deps: CoordinatorDeps,
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
