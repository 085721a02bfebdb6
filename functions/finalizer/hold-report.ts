import type { RunRecord } from '../../shared/records/records.ts';
import { computeReportLeaseMs, isReportHeld } from '../../shared/runs/report-lease.ts';
import type { FinalizerDeps } from './compose.ts';

export type ReportHold = {
  run: RunRecord;
  /** Extends the lease if a third of it has passed. Throws `HoldLostError` if another finalizer has the run. */
  renew(): Promise<void>;
  /** Ends the lease after a failure, so that the next try can start. */
  release(): Promise<void>;
};

/** Another finalizer has the run, because this one did not renew its lease in time. */
export class HoldLostError extends Error {}

/**
 * Takes a run for one finalizer, and counts the try in the same conditional write. A try that ends without a result,
 * such as a killed process, therefore counts too. Returns null if another finalizer has the run.
 */
export async function holdReport(
  deps: Pick<FinalizerDeps, 'runs' | 'clock' | 'config'>,
  run: RunRecord,
): Promise<ReportHold | null> {
  const { runId, finalizeTries, finalizeLeaseExpiresAtMs } = run;
  const nowMs = deps.clock.nowMs();
  if (isReportHeld(deps.config, run, nowMs)) return null;
  const leaseMs = computeReportLeaseMs(deps.config, run);
  const tries = (finalizeTries ?? 0) + 1;
  const free = { status: 'finalizing', endStatus: null, finalizeTries, finalizeLeaseExpiresAtMs } as const;
  const finalizeTriedAtMs = run.finalizeTriedAtMs ?? nowMs;
  const taken = { finalizeTries: tries, finalizeTriedAtMs, finalizeLeaseExpiresAtMs: nowMs + leaseMs };
  const held = await deps.runs.update(runId, free, taken);
  if (held === null) return null;
  const own = { status: 'finalizing', finalizeTries: tries } as const;
  const change = (endMs: number | null) => deps.runs.update(runId, own, { finalizeLeaseExpiresAtMs: endMs });
  let renewedAtMs = deps.clock.monotonicMs();
  return {
    run: held,
    renew: async () => {
      const atMs = deps.clock.monotonicMs();
      if (atMs - renewedAtMs < leaseMs / 3) return;
      renewedAtMs = atMs;
      if ((await change(deps.clock.nowMs() + leaseMs)) === null) throw new HoldLostError(`${runId} was taken over`);
    },
    release: async () => void (await change(null)),
  };
}
