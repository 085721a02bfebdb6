import { countSteps, type RunRecord } from '../../../../shared/records/records.ts';
import type { ApiDeps } from '../../compose.ts';
import type { ProgressInput } from '../estimate-remaining.ts';
import { describeProgress, readProgress } from '../measure-progress.ts';
import type { RunView } from '../schemas.ts';

/** State of a run at one time. The version never falls, and grows with each step of requests, workers, and stages. */
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
  return takeSnapshot(await readProgress(deps, run));
}

/** Builds a snapshot. Its version also counts the steps that were lost with a worker, so that it never falls. */
export function takeSnapshot(input: ProgressInput): Snapshot {
  const { run, stages, batches } = input;
  const steps = stages.reduce((sum, stage) => sum + countSteps(stage), 0);
  const repeated = batches.reduce((sum, { repeatedSteps }) => sum + repeatedSteps, 0);
  const stageChanges = run.levels.length + run.groupIndex;
  return { run, progress: describeProgress(input), version: steps + repeated + stageChanges };
}
