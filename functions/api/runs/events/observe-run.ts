import { countEnded, type RunRecord } from '../../../../shared/records/records.ts';
import type { ApiDeps } from '../../compose.ts';
import { measureProgress } from '../measure-progress.ts';
import type { RunView } from '../schemas.ts';

/** State of a run at one time. The version grows with each request that is sent or finished. */
export type Snapshot = { run: RunRecord; progress: RunView['progress']; version: number };

type Observation = { atMs: number; snapshot: Promise<Snapshot | null> };

/** Latest observation of each run that has readers, so that all its readers in this process share the same reads. */
const observations = new WeakMap<ApiDeps, Map<string, Observation>>();

/** Reads the state of a run, or returns the state that was read within the last heartbeat. Null if it was deleted. */
export function observeRun(deps: ApiDeps, run: RunRecord): Promise<Snapshot | null> {
  const known = observations.get(deps) ?? new Map<string, Observation>();
  observations.set(deps, known);
  const nowMs = deps.clock.monotonicMs();
  for (const [runId, { atMs }] of known) if (nowMs - atMs >= deps.config.heartbeatMs) known.delete(runId);
  const { snapshot } = known.get(run.runId) ?? { snapshot: readSnapshot(deps, run) };
  if (!known.has(run.runId)) known.set(run.runId, { atMs: nowMs, snapshot });
  return snapshot;
}

async function readSnapshot(deps: ApiDeps, before: RunRecord): Promise<Snapshot | null> {
  const run = await deps.runs.refresh(before);
  if (run === null) return null;
  const progress = await measureProgress(deps, run);
  return { run, progress, version: countSteps(progress) };
}

function countSteps({ stages }: RunView['progress']): number {
  return stages.reduce((sum, stage) => sum + stage.issued + countEnded(stage) + stage.warmupDone, 0);
}
