import type { StagePlan } from '../../shared/plan/plan-run.ts';
import { isTerminal, type RunRecord } from '../../shared/records/records.ts';
import type { WorkerClaim } from '../../shared/records/worker-claim.ts';
import { startActiveTime } from '../../shared/runs/active-time.ts';
import type { CoordinatorDeps } from './compose.ts';
import { chooseState, isActive, orderWaiting } from './share-workers.ts';

/**
 * Returns whether the run's next group of stages may start now. All groups of the deployment share its workers by the
 * rules of `chooseState`. A run that waits is marked, and its maximum duration does not count the wait.
 * @param stages stages of the group. Each of their batches needs a worker
 */
export async function admitGroup(
  deps: CoordinatorDeps,
  run: RunRecord,
  stages: readonly StagePlan[],
): Promise<boolean> {
  const isAdmitted = await tryAdmit(deps, run, stages);
  const { runId, groupIndex, waitingSinceMs } = run;
  if (isAdmitted === (waitingSinceMs === null)) return isAdmitted;
  const nowMs = deps.clock.nowMs();
  const change = isAdmitted ? { waitingSinceMs: null, ...startActiveTime(run, nowMs) } : { waitingSinceMs: nowMs };
  const updated = await deps.runs.update(runId, { groupIndex, stop: null }, change);
  if (updated !== null) deps.logger.info('run waits for workers', { runId, groupIndex, ends: isAdmitted });
  return isAdmitted && updated !== null;
}

/** Maximum number of stored claims that wait. Further groups also wait, but without a place in the order. */
const maxWaiting = 300;

/**
 * Stores the claim of the run's group, if it changes. All claims are in one item, so concurrent calls cannot use the same
 * workers. Returns whether the group may use its workers.
 */
async function tryAdmit(deps: CoordinatorDeps, run: RunRecord, stages: readonly StagePlan[]): Promise<boolean> {
  for (;;) {
    const stored = await deps.workerClaims.get();
    const claims = stored?.claims ?? [];
    const own = claims.find(({ runId }) => runId === run.runId) ?? null;
    const current = own !== null && own.groupIndex === run.groupIndex ? own : null;
    if (current !== null && isActive(current)) return true;
    const wanted = buildClaim(deps, run, stages, current);
    const others = claims.filter((claim) => claim !== own);
    let state = chooseState(wanted, others, deps.config);
    const live = state === 'waiting' ? await dropEnded(deps, others) : others;
    if (live.length < others.length) state = chooseState(wanted, live, deps.config);
    const isStored = state !== 'waiting' || current !== null || live.length - countActive(live) < maxWaiting;
    if (state === 'waiting' && live === others && (current !== null || (own === null && !isStored))) return false;
    const next = isStored ? [...live, { ...wanted, state }] : live;
    if (!(await deps.workerClaims.replace(stored, next))) continue;
    if (countActive(claims) > countActive(live)) await wakeWaiting(deps, next, run.runId);
    return state !== 'waiting';
  }
}

function buildClaim(
  { clock, config }: CoordinatorDeps,
  { runId, tenantId, groupIndex, priority, spec, startedAtMs, createdAtMs }: RunRecord,
  stages: readonly StagePlan[],
  current: WorkerClaim | null,
): WorkerClaim {
  const nowMs = clock.nowMs();
  const workers: Record<string, number> = {};
  for (const { targetIndex, batches } of stages) {
    const region = spec.targets[targetIndex]?.runFrom ?? config.region;
    workers[region] = (workers[region] ?? 0) + batches.length;
  }
  const since = { sinceMs: current?.sinceMs ?? nowMs, checkedAtMs: nowMs };
  const facts = { runId, tenantId, groupIndex, priority, workers, hasStarted: startedAtMs !== null, createdAtMs };
  return { ...facts, state: 'waiting', ...since };
}

/** Time in ms after which a claim is checked. A claim outlives its group only if a coordinator was killed. */
const checkAfterMs = 60_000;
const maxChecked = 10;

/** Drops the claims of groups that have ended, a few at a time. Returns `claims` itself if none was due for a check. */
async function dropEnded(deps: CoordinatorDeps, claims: WorkerClaim[]): Promise<WorkerClaim[]> {
  const nowMs = deps.clock.nowMs();
  const due = claims
    .filter(({ checkedAtMs }) => Math.abs(nowMs - checkedAtMs) >= checkAfterMs)
    .sort((a, b) => a.checkedAtMs - b.checkedAtMs)
    .slice(0, maxChecked);
  if (due.length === 0) return claims;
  const ended = new Set<WorkerClaim>();
  for (const claim of due) if (await hasEnded(deps, claim)) ended.add(claim);
  return claims
    .filter((claim) => !ended.has(claim))
    .map((claim) => (due.includes(claim) ? { ...claim, checkedAtMs: nowMs } : claim));
}

async function hasEnded({ runs }: CoordinatorDeps, { runId, groupIndex }: WorkerClaim): Promise<boolean> {
  const run = await runs.get(runId);
  return run === null || isTerminal(run.status) || run.status === 'finalizing' || run.groupIndex !== groupIndex;
}

function countActive(claims: readonly WorkerClaim[]): number {
  return claims.filter(isActive).length;
}

/** Removes the claim of a run that needs no more workers, and advances the next runs that wait. */
export async function releaseWorkers(deps: CoordinatorDeps, { runId }: RunRecord): Promise<void> {
  for (;;) {
    const stored = await deps.workerClaims.get();
    const others = stored?.claims.filter((claim) => claim.runId !== runId) ?? [];
    if (stored === null || others.length === stored.claims.length) return;
    if (await deps.workerClaims.replace(stored, others)) return wakeWaiting(deps, others, runId);
  }
}

/** Maximum number of runs that are advanced when workers are free. The supervisor advances the others. */
const maxWoken = 10;

/** Advances the first runs that wait. If a message is lost, the supervisor does it. */
async function wakeWaiting(deps: CoordinatorDeps, claims: readonly WorkerClaim[], exceptRunId: string): Promise<void> {
  const next = orderWaiting(claims).filter(({ runId }) => runId !== exceptRunId);
  for (const { runId } of next.slice(0, maxWoken)) await deps.queue.send({ kind: 'advance', runId });
}
