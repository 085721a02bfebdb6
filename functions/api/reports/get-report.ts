import { AppError } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import { isTerminal } from '../../../shared/records/records.ts';
import { upgradeReportJson } from '../../../shared/report/build/serialize-report.ts';
import { requireFound } from '../http/require-found.ts';
import { getRun } from '../runs/get-run.ts';

/**
 * Returns the stored report of a run as canonical JSON.
 * @throws AppError NOT_FOUND, or REPORT_NOT_READY while the run is active
 */
export async function getReport(
  deps: Pick<Deps, 'runs' | 'reports'>,
  tenantId: string,
  runId: string,
): Promise<string> {
  const run = await getRun(deps, tenantId, runId);
  if (!isTerminal(run.status))
    throw new AppError(
      'REPORT_NOT_READY',
      `The run is ${run.status}. To wait for it, send GET /v1/runs/${runId} with "Prefer: wait=60".`,
      {
        retryAfterSeconds: 2,
      },
    );
  const json = await deps.reports.get(runId);
  return upgradeReportJson(requireFound(json, 'report of', runId), run);
}
