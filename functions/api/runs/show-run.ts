import type { z } from 'zod';
import { isSearch } from '../../../shared/load/load.ts';
import { planRun, type StagePlan } from '../../../shared/plan/plan-run.ts';
import { formatInstantOrNull } from '../../../shared/records/format-instant.ts';
import { noProgress } from '../../../shared/records/manifest.ts';
import { type BatchProgress, type BatchRecord, isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import type { ApiDeps } from '../compose.ts';
import { showRecord } from '../http/answers.ts';
import { createOnce } from '../http/create-once.ts';
import type { Call } from '../http/define-endpoint.ts';
import { type RunView, runSchema, runSummarySchema } from './schemas.ts';

/** Builds the short view of a run for lists, without spec and progress. */
export function showRunSummary(run: RunRecord): z.output<typeof runSummarySchema> {
  return showRecord(runSummarySchema, describeRun(run));
}

export async function showRun(deps: ApiDeps, run: RunRecord): Promise<RunView> {
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
    links: { self, report: `${self}/report`, samples: `${self}/samples.ndjson`, manifest: `${self}/manifest` },
  };
}

type StageView = RunView['progress']['stages'][number];

const progressNames = Object.keys(noProgress) as (keyof BatchProgress)[]; // the names are the keys of an object literal

function measureProgress(run: RunRecord, batches: readonly BatchRecord[], nowMs: number): RunView['progress'] {
  const stages = planRun(run.spec, run).map((plan) => measureStageProgress(run, plan, batches));
  const planned = stages.reduce((sum, stage) => sum + stage.planned, 0);
  const ended = stages.reduce(
    (sum, { ok, failed, disturbed, canceled, notSent }) => sum + ok + failed + disturbed + canceled + notSent,
    0,
  );
  const share = planned === 0 ? 0 : Math.min(1, ended / planned);
  const elapsedMs = run.startedAtMs === null ? null : Math.max(0, (run.endedAtMs ?? nowMs) - run.startedAtMs);
  // The number of further load levels of a search is unknown, so the remaining time is null.
  const guess = run.status === 'running' && !isSearch(run.spec.load) && elapsedMs !== null && share > 0;
  const remainingMs = guess ? Math.round((elapsedMs * (1 - share)) / share) : null;
  const waitingSince = formatInstantOrNull(findWaitStart(run, batches));
  return { stages, planned, ended, share, waitingSince, elapsedMs, remainingMs };
}

/** Returns since when a run waits: for other runs of its tenant, or until a worker takes the first of its batches. */
function findWaitStart(run: RunRecord, batches: readonly BatchRecord[]): number | null {
  if (isTerminal(run.status)) return null;
  if (run.waitingSinceMs !== null) return run.waitingSinceMs;
  const open = batches.filter(({ status }) => status === 'queued' || status === 'running');
  const isUnclaimed = open.length > 0 && open.every(({ status }) => status === 'queued');
  return isUnclaimed ? Math.min(...open.map(({ queuedAtMs }) => queuedAtMs)) : null;
}

function measureStageProgress(run: RunRecord, plan: StagePlan, batches: readonly BatchRecord[]): StageView {
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

/** Returns the current state of a run. With `Prefer: wait=N`, first waits for the run to finish. */
export async function showAwaitedRun({ c, deps }: Pick<Call, 'c' | 'deps'>, run: RunRecord): Promise<RunView> {
  const waitSeconds = parseWaitPreference(c.req.header('prefer'), deps.config.maxWaitSeconds);
  if (waitSeconds === null) return showRun(deps, run);
  c.header('Preference-Applied', `wait=${waitSeconds}`);
  return showRun(deps, await waitForRun(deps, run, waitSeconds * 1_000, c.req.raw.signal));
}

/**
 * Responds to the creation of a run with 202 and the run. With `Prefer: wait=N`, first waits up to N seconds, and
 * responds with 200 if the run has finished. A retry with the same idempotency key gets the same run.
 */
export async function answerRun(call: Call, create: (runId: string) => Promise<RunRecord>): Promise<Response> {
  const { c, deps } = call;
  const answer = await createOnce(call, { kind: 'run', status: 202 }, async ({ resourceId }) => ({
    path: `/v1/runs/${resourceId}`,
    body: await showRun(deps, await create(resourceId)),
  }));
  const isAwaited = parseWaitPreference(c.req.header('prefer'), deps.config.maxWaitSeconds) !== null;
  const { runId } = runSchema.pick({ runId: true }).parse(JSON.parse(answer.body));
  const run = isAwaited ? await deps.runs.get(runId) : null;
  if (run === null) return c.body(answer.body, 202, { ...answer.headers, 'Content-Type': 'application/json' });
  const view = await showAwaitedRun(call, run);
  return c.json(view, isTerminal(view.status) ? 200 : 202, answer.headers);
}

/** Bounds in ms of the pause between two reads of a run. The pause is a tenth of the time waited so far. */
const pollMs = { least: 100, most: 1_000 };
const pollShare = 0.1;

/** Waits until a run is finished or deleted, the wait is over, or the client disconnects. Returns the latest state. */
async function waitForRun(
  { runs, clock }: ApiDeps,
  run: RunRecord,
  waitMs: number,
  signal: AbortSignal,
): Promise<RunRecord> {
  const fromMs = clock.monotonicMs();
  let latest = run;
  while (!isTerminal(latest.status) && !signal.aborted) {
    const waitedMs = clock.monotonicMs() - fromMs;
    if (waitedMs >= waitMs) break;
    const pauseMs = Math.min(pollMs.most, Math.max(pollMs.least, waitedMs * pollShare));
    await clock.sleep(Math.min(pauseMs, waitMs - waitedMs), signal);
    const next = await runs.get(run.runId);
    if (next === null) break;
    latest = next;
  }
  return latest;
}

/** Reads the seconds to wait from a `Prefer: wait=N` header (RFC 7240, section 4.3). Returns null if N is absent. */
export function parseWaitPreference(prefer: string | undefined, maxWaitSeconds: number): number | null {
  for (const preference of (prefer ?? '').split(/[,;]/)) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*$/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(maxWaitSeconds, Number(seconds));
  }
  return null;
}
