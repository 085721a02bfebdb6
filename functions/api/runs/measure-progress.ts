import { isSearch } from '../../../shared/load/search-load.ts';
import { planRun, type StagePlan } from '../../../shared/plan/plan.ts';
import type { BatchProgress, BatchRecord, RunRecord } from '../../../shared/records/records.ts';

export type StageStatus = 'pending' | 'running' | 'done';
type Counts = Omit<BatchProgress, 'warmupDone'>;

/** How far one stage is, as its workers last said (every second or so). */
export type StageProgress = Counts & {
  stage: number;
  target: string;
  level: number;
  status: StageStatus;
  planned: number;
  warmupPlanned: number;
  warmupDone: number;
};

export type RunProgress = {
  stages: StageProgress[];
  planned: number;
  /** Measured requests that have an end: ok, failed, cancelled or never to be sent. */
  ended: number;
  /** `ended / planned`. */
  share: number;
  elapsedMs: number | null;
  /** By the pace so far; null before a first request has ended and once the run has. */
  remainingMs: number | null;
};

const none: BatchProgress = { issued: 0, inFlight: 0, ok: 0, failed: 0, cancelled: 0, notSent: 0, warmupDone: 0 };

/** The progress of a run: a pure function of its record, its batches and the instant. */
export function measureProgress(run: RunRecord, batches: readonly BatchRecord[], nowMs: number): RunProgress {
  const stages = planRun(run.spec, run).map((plan) => progressOf(run, plan, batches));
  const planned = stages.reduce((sum, stage) => sum + stage.planned, 0);
  const ended = stages.reduce((sum, { ok, failed, cancelled, notSent }) => sum + ok + failed + cancelled + notSent, 0);
  const share = planned === 0 ? 0 : Math.min(1, ended / planned);
  const elapsedMs = run.startedAtMs === null ? null : Math.max(0, (run.endedAtMs ?? nowMs) - run.startedAtMs);
  // What a search has yet to measure is not known, so neither is how long it will take.
  const guess = run.status === 'running' && !isSearch(run.spec.load) && elapsedMs !== null && share > 0;
  const remainingMs = guess ? Math.round((elapsedMs * (1 - share)) / share) : null;
  return { stages, planned, ended, share, elapsedMs, remainingMs };
}

function progressOf(run: RunRecord, plan: StagePlan, batches: readonly BatchRecord[]): StageProgress {
  const own = batches.filter((batch) => batch.stage === plan.stage).map((batch) => batch.progress);
  const sum = own.reduce(
    (total, progress) => ({
      issued: total.issued + progress.issued,
      inFlight: total.inFlight + progress.inFlight,
      ok: total.ok + progress.ok,
      failed: total.failed + progress.failed,
      cancelled: total.cancelled + progress.cancelled,
      notSent: total.notSent + progress.notSent,
      warmupDone: total.warmupDone + progress.warmupDone,
    }),
    none,
  );
  return {
    stage: plan.stage,
    target: run.spec.targets[plan.target]?.id ?? `target-${plan.target + 1}`,
    level: plan.level,
    status: statusOf(run, plan),
    planned: plan.requests,
    warmupPlanned: plan.warmup,
    ...sum,
  };
}

function statusOf(run: RunRecord, plan: StagePlan): StageStatus {
  if (run.status === 'queued') return 'pending';
  if (run.status !== 'running' || plan.group < run.group) return 'done';
  return plan.group === run.group ? 'running' : 'pending';
}
