import type { Config } from '../config.ts';
import { planRun } from '../plan/plan-run.ts';
import type { RunRecord } from '../records/records.ts';

/** Time in ms to read and report one request, and one stage: ten times the measured times (docs/results/finalizer.md). */
const msPerRequest = 0.1;
const msPerStage = 500;
/** Maximum time in ms for a report. The finalizer's time limit on AWS is as long. */
const maxLeaseMs = 600_000;

/** Computes for how long a finalizer has a run, in ms. While it reads the samples, it renews the lease. */
export function computeReportLeaseMs({ leaseMs }: Pick<Config, 'leaseMs'>, run: RunRecord): number {
  const stages = planRun(run.spec, run);
  const requests = stages.reduce((sum, stage) => sum + stage.requests + stage.warmup, 0);
  const buildMs = Math.ceil(requests * msPerRequest + stages.length * msPerStage);
  return Math.max(leaseMs, Math.min(maxLeaseMs, leaseMs + buildMs));
}

/** Returns whether a finalizer builds the report. A lease that ends too late was set before the clock was set back. */
export function isReportHeld(config: Pick<Config, 'leaseMs'>, run: RunRecord, nowMs: number): boolean {
  const { finalizeLeaseExpiresAtMs: endMs } = run;
  if (endMs === null || endMs <= nowMs) return false;
  return endMs <= nowMs + 2 * computeReportLeaseMs(config, run);
}
