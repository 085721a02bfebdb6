import type { SweepReport } from '../../model/sweep-report.ts';

/**
 * The role of a level in the finding of its search: `answer`, the finding is measured there or scales with it; `bound`, it
 * limits the finding; `aside`, neither.
 */
export type LevelRole = 'answer' | 'bound' | 'aside';

type Search = Pick<SweepReport, 'find' | 'levels' | 'finding'>;

/**
 * Assigns a role to each level of each search that found a load, by stage index. For SLOs, the answer is the highest load that
 * meets them. For a knee, it is the measured load nearest to it and the first level, which sets the slope; the bounds are its
 * bracket and the level of the highest throughput.
 */
export function assignLevelRoles(sweeps: readonly Search[]): Map<number, LevelRole> {
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

/** Returns the stage index of the measured load nearest to the load that a search found; null if it found none. */
export function findChosenLevel({ find, levels, finding }: Search): number | null {
  const value = finding?.value ?? null;
  if (find === null || value === null) return null;
  const distance = (level: { value: number }) => Math.abs(level.value - value);
  return levels.toSorted((a, b) => distance(a) - distance(b))[0]?.stageIndex ?? null;
}
