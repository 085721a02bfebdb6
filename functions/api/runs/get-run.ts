import { AppError } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import { buildManifest, serializeManifest } from '../../../shared/records/manifest.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { requireFound } from '../http/require-found.ts';

/**
 * Returns a run of the tenant.
 * @throws AppError NOT_FOUND, also for a run of another tenant
 */
export async function getRun(deps: Pick<Deps, 'runs'>, tenantId: string, runId: string): Promise<RunRecord> {
  const run = await deps.runs.get(runId);
  return requireFound(run?.tenantId === tenantId ? run : null, 'run', runId);
}

/**
 * Returns the manifest of a run as canonical JSON, and its SHA-256 in hex.
 * @throws AppError NOT_FOUND, or CONFLICT for an imported run
 */
export async function getManifest(
  deps: Pick<Deps, 'runs'>,
  tenantId: string,
  runId: string,
): Promise<{ json: string; sha256: string }> {
  const run = await getRun(deps, tenantId, runId);
  if (run.spec.imported !== undefined)
    throw new AppError('CONFLICT', 'An imported run does not have a manifest, because its requests are unknown');
  return serializeManifest(buildManifest(run));
}
