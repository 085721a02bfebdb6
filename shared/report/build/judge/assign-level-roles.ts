import type { SweepReport } from '../../model/sweep-report.ts';

/**
 * What a load level contributes to the load that a search found. `answer`: the found load was measured at this level or
 * computed from it. `bound`: the level limits the range of the found load. `aside`: neither.
 */
export type LevelRole = 'answer' | 'bound' | 'aside';

type Search = Pick<SweepReport, 'find' | 'levels' | 'finding'>;

/**
 * Assigns a role to each level of each search that found a load. The keys are stage indices. In a search for SLOs, the
 * answer is the highest load that meets the SLOs. In a search for a knee, the answers are the level nearest to the knee
 * and the first level, which sets the slope. The bounds are the ends of the found range and, for a knee, the level with
 * the highest throughput.
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

/** Returns the stage index of the level nearest to the load that a search found. Returns null if it found no load. */
export function findChosenLevel({ find, levels, finding }: Search): number | null {
  const value = finding?.value ?? null;
  if (find === null || value === null) return null;
  const distance = (level: { value: number }) => Math.abs(level.value - value);
  return levels.toSorted((a, b) => distance(a) - distance(b))[0]?.stageIndex ?? null;
}
