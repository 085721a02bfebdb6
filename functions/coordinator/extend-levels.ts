import { findSweep } from '../../shared/load/load.ts';
import { searchLoad } from '../../shared/load/parts/search-load.ts';
import type { LoadUnit, Search } from '../../shared/load/parts/search-schema.ts';
import type { DecidedLevel } from '../../shared/plan/plan-run.ts';
import type { Expect } from '../../shared/ports.ts';
import type { RunRecord } from '../../shared/records/records.ts';
import type { CoordinatorDeps } from './compose.ts';
import { readLevelResults } from './read-level-results.ts';

/**
 * Appends the next level of a run whose load searches, once all levels so far are over; false where there is none to
 * come. The decision depends only on the stored samples, so every caller makes the same one. It is written only while the
 * run waits for it.
 */
export async function extendLevels(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  const sweep = findSweep(run.spec.load);
  if (sweep === null || sweep.search === null) return false;
  const next = await decideLevel(deps, run, sweep.over, sweep.search);
  if (next === null) return false;
  const expect = { status: 'running', groupIndex: run.groupIndex, stop: null } as const satisfies Expect<RunRecord>;
  const updated = await deps.runs.update(run.runId, expect, { levels: [...run.levels, next] });
  if (updated !== null) deps.logger.info('level decided', { runId: run.runId, ...next });
  return true;
}

/** Targets are searched one after another. */
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
