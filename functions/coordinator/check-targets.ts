import { hasElapsed } from '../../shared/has-elapsed.ts';
import type { Failure, RunRecord } from '../../shared/records/records.ts';
import { maxCheckMs, showsUnusable, type TargetCheckRecord } from '../../shared/records/target-check.ts';
import { explainFailure } from '../../shared/report/words/explain-failure.ts';
import { sendCheck } from '../../shared/runs/send-check.ts';
import type { CoordinatorDeps } from './compose.ts';

/** Time in ms after which a run no longer waits for its checks. Without a result, they say nothing against its targets. */
const giveUpAfterMs = 120_000;
/** Time in ms after which a request that a worker sent has certainly ended, so its worker was lost. */
const lostAfterMs = maxCheckMs + 10_000;
/** Maximum number of targets that the failure explains. */
const maxExplained = 3;

/**
 * Checks the targets of a queued run with one request each, if its spec or its size requires it. Returns whether the
 * run may start: `failed` if a target is unusable, after the stop of the run is stored.
 */
export async function checkTargets(deps: CoordinatorDeps, run: RunRecord): Promise<'passed' | 'pending' | 'failed'> {
  if (!run.check) return 'passed';
  const checks = await deps.targetChecks.list(run.runId);
  const failure = findCheckFailure(run, checks);
  if (failure !== null) {
    const expect = { status: 'queued', stop: null } as const;
    await deps.runs.update(run.runId, expect, { stop: 'check_failed', failure });
    return 'failed';
  }
  const nowMs = deps.clock.nowMs();
  let isPending = false;
  for (const [targetIndex, target] of run.spec.targets.entries()) {
    const check = checks.find((each) => each.targetIndex === targetIndex) ?? null;
    if (check === null) await deps.targetChecks.create(buildCheck(run, targetIndex, nowMs));
    else if (check.result !== null || isGivenUp(check, nowMs)) continue;
    isPending = true;
    const isLost = check !== null && check.startedAtMs === null && isOlder(deps, check, nowMs);
    if (check === null || isLost)
      await sendCheck(deps, { ownerId: run.runId, targetIndex, tenantId: run.tenantId }, target);
  }
  return isPending ? 'pending' : 'passed';
}

function isGivenUp({ createdAtMs, startedAtMs }: TargetCheckRecord, nowMs: number): boolean {
  if (startedAtMs !== null && hasElapsed(startedAtMs, lostAfterMs, nowMs)) return true;
  return hasElapsed(createdAtMs, giveUpAfterMs, nowMs);
}

function isOlder({ config }: CoordinatorDeps, { createdAtMs }: TargetCheckRecord, nowMs: number): boolean {
  return hasElapsed(createdAtMs, config.resendAfterMs, nowMs);
}

function buildCheck({ runId, tenantId, spec }: RunRecord, targetIndex: number, nowMs: number): TargetCheckRecord {
  return {
    ownerId: runId,
    targetIndex,
    tenantId,
    targetJson: JSON.stringify(spec.targets[targetIndex]),
    sealedSecrets: null,
    createdAtMs: nowMs,
    startedAtMs: null,
    expiresAtMs: null,
    result: null,
    ...(spec.recordExchanges === undefined ? {} : { recordExchanges: spec.recordExchanges }),
  };
}

/** Returns the failure of a run whose check shows that a target is unusable, or null. */
function findCheckFailure({ spec }: RunRecord, checks: readonly TargetCheckRecord[]): Failure | null {
  const reasons = checks.flatMap(({ targetIndex, result }) => {
    const target = spec.targets[targetIndex];
    if (target === undefined || result === null || !showsUnusable(result)) return [];
    const { outcome, httpStatus, error } = result;
    const cause = { outcome, httpStatus, code: error?.code ?? null, message: error?.message ?? null };
    return [`${target.id}: ${explainFailure(cause, target)}`];
  });
  if (reasons.length === 0) return null;
  const lead = 'The run sent no request, because the check of its targets failed.';
  return { code: 'check_failed', message: [lead, ...reasons.slice(0, maxExplained)].join(' ') };
}
