import { AppError } from '../../../shared/errors/app-error.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { upgradeReportJson } from '../../../shared/report/build/serialize-report.ts';
import { requireFound } from '../http/answers.ts';
import type { Caller } from '../http/define-endpoint.ts';

/** Returns a run. Throws NOT_FOUND if the run does not exist or belongs to another tenant. */
export async function getRun({ deps, tenantId }: Caller, runId: string): Promise<RunRecord> {
  const run = await deps.runs.get(runId);
  return requireFound(run?.tenantId === tenantId ? run : null, 'run', runId);
}

/** Throws CONFLICT with `detail` if the run was imported, so that the service did not measure it. */
export function requireMeasured({ spec }: RunRecord, detail: string): void {
  if (spec.imported !== undefined) throw new AppError('CONFLICT', detail);
}

/** Returns a run's manifest as canonical JSON with its SHA-256 in hexadecimal. Throws CONFLICT for an imported run. */
export async function getManifest(caller: Caller, runId: string): Promise<{ json: string; sha256: string }> {
  const run = await getRun(caller, runId);
  requireMeasured(run, 'An imported run does not have a manifest, because its requests are unknown');
  return requireFound(await caller.deps.runs.getManifest(runId), 'run', runId);
}

/** Returns a finished run. Throws REPORT_NOT_READY if the run is active. */
export async function getFinishedRun(caller: Caller, runId: string): Promise<RunRecord> {
  const run = await getRun(caller, runId);
  const waitSeconds = Math.min(25, caller.deps.config.maxWaitSeconds);
  const detail = `The run is ${run.status}. To wait for it, send GET /v1/runs/${runId} with "Prefer: wait=${waitSeconds}".`;
  if (!isTerminal(run.status)) throw new AppError('REPORT_NOT_READY', detail, { retryAfterSeconds: 2 });
  return run;
}

/** Returns a run's stored report as canonical JSON. Throws REPORT_NOT_READY if the run is active. */
export async function getReport(caller: Caller, runId: string): Promise<string> {
  const run = await getFinishedRun(caller, runId);
  const json = await caller.deps.reports.get(runId);
  return upgradeReportJson(requireFound(json, 'report of', runId), run);
}
