import { formatInstant } from '../../../shared/records/format-instant.ts';
import { type CheckResult, maxCheckMs, type TargetCheckRecord } from '../../../shared/records/target-check.ts';
import { chooseRemedy, describeCause, showAddress } from '../../../shared/report/words/explain-failure.ts';
import { cleanText } from '../../../shared/report/words/format-text.ts';
import type { Outcome } from '../../../shared/sample/outcome.ts';
import { storedTargetSchema } from '../../../shared/spec/target.ts';
import type { ApiDeps } from '../compose.ts';
import { requireFound } from '../http/answers.ts';
import type { Caller } from '../http/define-endpoint.ts';
import type { TargetCheckResultView, TargetCheckView } from './schemas.ts';

const pollMs = 150;

/**
 * Waits until all targets are checked, the wait is over, or the client disconnects. Returns the latest state.
 * @param untilMs monotonic time in ms at which the wait is over
 */
export async function waitForChecks(
  { targetChecks, clock }: ApiDeps,
  checks: readonly TargetCheckRecord[],
  untilMs: number,
  signal: AbortSignal,
): Promise<readonly TargetCheckRecord[]> {
  let latest = checks;
  while (latest.some(isPending) && clock.monotonicMs() < untilMs && !signal.aborted) {
    await clock.sleep(pollMs, signal);
    const found = await targetChecks.list(checks[0]?.ownerId ?? '');
    if (found.length > 0) latest = found;
  }
  return latest;
}

/** Lists the checks with this id. The list is empty if they have expired, or belong to another tenant. */
export async function listChecks({ deps, tenantId }: Caller, targetCheckId: string): Promise<TargetCheckRecord[]> {
  const nowMs = deps.clock.nowMs();
  return (await deps.targetChecks.list(targetCheckId)).filter(
    (check) => check.tenantId === tenantId && (check.expiresAtMs ?? nowMs) >= nowMs,
  );
}

/** Returns the checks with this id. Throws NOT_FOUND if they do not exist. */
export async function getChecks(caller: Caller, targetCheckId: string): Promise<TargetCheckRecord[]> {
  const checks = await listChecks(caller, targetCheckId);
  return requireFound(checks.length === 0 ? null : checks, 'target check', targetCheckId);
}

export function showTargetCheck(targetCheckId: string, checks: readonly TargetCheckRecord[]): TargetCheckView {
  const results = checks.map(showResult);
  const isDone = !checks.some(isPending);
  return {
    targetCheckId,
    status: isDone ? 'done' : 'pending',
    passed: isDone ? results.every(({ passed }) => passed) : null,
    createdAt: formatInstant(checks[0]?.createdAtMs ?? 0),
    expiresAt: formatInstant(checks[0]?.expiresAtMs ?? 0),
    results,
  };
}

function isPending({ result }: TargetCheckRecord): boolean {
  return result === null;
}

const pending = {
  ...{ passed: null, outcome: null, httpStatus: null, connectMs: null, ttftMs: null, e2eMs: null },
  ...{ finishReason: null, outputText: null, failure: null, remedy: null, exchangeId: null },
} as const;

function showResult({ targetJson, result }: TargetCheckRecord): TargetCheckResultView {
  const target = storedTargetSchema.parse(JSON.parse(targetJson));
  const place = { targetId: target.id, address: showAddress(target) };
  if (result === null) return { ...place, ...pending, notes: [] };
  const { error, notes, outputText, exchangeId = null, ...facts } = result;
  const { outcome, httpStatus } = result;
  const cause = { outcome, httpStatus, code: error?.code ?? null, message: error?.message ?? null };
  const passed = hasPassed(result);
  return {
    ...place,
    passed,
    ...facts,
    exchangeId,
    outputText: cleanText(outputText),
    notes: notes === null ? [] : notes.split('\n').map(cleanText),
    failure: passed ? null : cleanText(describeCause(cause)),
    remedy: passed ? null : (remedies[outcome] ?? chooseRemedy(cause, target)),
  };
}

/** An answer without output passes, because a model may use the few tokens of a check to think. */
function hasPassed({ outcome }: CheckResult): boolean {
  return outcome === 'ok' || outcome === 'empty_output';
}

const slow = `Check whether the model is loaded. A check waits at most ${maxCheckMs / 1_000} s`;

/** Remedies that differ from those of a run. */
const remedies: Readonly<Partial<Record<Outcome, string>>> = {
  timeout_total: slow,
  stalled: slow,
  not_sent: 'Use another credential',
  unclassified: 'Check the targets again',
};
