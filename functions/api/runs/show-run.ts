import type { z } from 'zod';
import { isSearch } from '../../../shared/load/load.ts';
import { planRun, type StagePlan } from '../../../shared/plan/plan-run.ts';
import type { Deps } from '../../../shared/ports.ts';
import { noProgress } from '../../../shared/records/build-records.ts';
import type { BatchProgress, BatchRecord, RunRecord } from '../../../shared/records/records.ts';
import { showRecord } from '../http/answers.ts';
import { type RunView, runSchema, runSummarySchema } from './schemas.ts';

/** Shows a run without its spec and progress, for lists. */
export function showRunSummary(run: RunRecord): z.output<typeof runSummarySchema> {
  return showRecord(runSummarySchema, describeRun(run));
}

/** Shows a run with its spec and current progress. */
export async function showRun(deps: Pick<Deps, 'batches' | 'clock'>, run: RunRecord): Promise<RunView> {
  const { imported = null, ...spec } = run.spec;
  const batches = run.status === 'queued' ? [] : await deps.batches.list(run.runId);
  const progress = measureProgress(run, batches, deps.clock.nowMs());
  return showRecord(runSchema, { ...describeRun(run), spec: imported === null ? spec : null, imported, progress });
}

function describeRun(run: RunRecord) {
  const { name = null, imported, targets, metadata } = run.spec;
  const self = `/v1/runs/${run.runId}`;
  return {
    ...run,
    name,
    targets: targets.map(({ id, model }) => ({ id, model })),
    metadata,
    source: imported === undefined ? ('measured' as const) : ('imported' as const),
    links: { self, report: `${self}/report`, samples: `${self}/samples`, manifest: `${self}/manifest` },
  };
}

type StageView = RunView['progress']['stages'][number];

const progressNames = Object.keys(noProgress) as (keyof BatchProgress)[]; // the keys of a literal object are its names

/** Computes the progress of a run from its record and batches. Times are in milliseconds. */
function measureProgress(run: RunRecord, batches: readonly BatchRecord[], nowMs: number): RunView['progress'] {
  const stages = planRun(run.spec, run).map((plan) => measureStage(run, plan, batches));
  const planned = stages.reduce((sum, stage) => sum + stage.planned, 0);
  const ended = stages.reduce((sum, { ok, failed, canceled, notSent }) => sum + ok + failed + canceled + notSent, 0);
  const share = planned === 0 ? 0 : Math.min(1, ended / planned);
  const elapsedMs = run.startedAtMs === null ? null : Math.max(0, (run.endedAtMs ?? nowMs) - run.startedAtMs);
  // The remaining levels of a search are unknown, so its remaining time is unknown.
  const guess = run.status === 'running' && !isSearch(run.spec.load) && elapsedMs !== null && share > 0;
  const remainingMs = guess ? Math.round((elapsedMs * (1 - share)) / share) : null;
  return { stages, planned, ended, share, elapsedMs, remainingMs };
}

function measureStage(run: RunRecord, plan: StagePlan, batches: readonly BatchRecord[]): StageView {
  const total = { ...noProgress };
  for (const { stageIndex, progress } of batches) {
    if (stageIndex !== plan.stageIndex) continue;
    for (const name of progressNames) total[name] += progress[name];
  }
  return {
    stageIndex: plan.stageIndex,
    targetId: run.spec.targets[plan.targetIndex]?.id ?? `target-${plan.targetIndex + 1}`,
    levelIndex: plan.levelIndex,
    status: readStatus(run, plan),
    planned: plan.requests,
    warmupPlanned: plan.warmup,
    ...total,
  };
}

function readStatus(run: RunRecord, plan: StagePlan): StageView['status'] {
  if (run.status === 'queued') return 'pending';
  if (run.status !== 'running' || plan.groupIndex < run.groupIndex) return 'done';
  return plan.groupIndex === run.groupIndex ? 'running' : 'pending';
}
