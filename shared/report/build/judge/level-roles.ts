import type { SweepReport } from '../../model/sweep-report.ts';

/**
 * What a level is to the finding of its search: `answer`, the found load was measured there, or the finding is in proportion
 * to it; `bound`, it shows where the finding ends; `aside`, the search only passed it.
 */
export type LevelRole = 'answer' | 'bound' | 'aside';

/**
 * The role of each level of each search that has found a load, by stage. Of an SLO the answer is the highest load that
 * meets it. Of a knee it is the measured load that is nearest to it, and the first level, which sets the slope; it is
 * bounded by its bracket, and by the level of the highest throughput.
 */
export function assignLevelRoles(
  sweeps: readonly Pick<SweepReport, 'find' | 'levels' | 'finding'>[],
): Map<number, LevelRole> {
  const roles = new Map<number, LevelRole>();
  for (const sweep of sweeps) {
    const chosen = findChosenLevel(sweep);
    if (chosen === null) continue;
    const { levels, finding } = sweep;
    const highest = Math.max(...levels.map(({ requestsPerSecond }) => requestsPerSecond ?? 0));
    for (const [index, { stageIndex, value, requestsPerSecond }] of levels.entries()) {
      const isSlope = sweep.find === 'knee' && index === 0;
      const isBound =
        value === finding?.low || value === finding?.high || (sweep.find === 'knee' && requestsPerSecond === highest);
      roles.set(stageIndex, stageIndex === chosen || isSlope ? 'answer' : isBound ? 'bound' : 'aside');
    }
  }
  return roles;
}

/** The stage that a search has chosen: of the measured loads the nearest to the one it found; null where it found none. */
export function findChosenLevel({
  find,
  levels,
  finding,
}: Pick<SweepReport, 'find' | 'levels' | 'finding'>): number | null {
  const value = finding?.value ?? null;
  if (find === null || value === null) return null;
  const distance = (level: { value: number }) => Math.abs(level.value - value);
  return levels.toSorted((a, b) => distance(a) - distance(b))[0]?.stageIndex ?? null;
}
