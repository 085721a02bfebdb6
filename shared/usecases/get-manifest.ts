import { buildManifest, serializeManifest } from '../domain/manifest.ts';
import type { Deps } from '../ports.ts';
import type { Principal } from './authenticate.ts';
import { getRun } from './get-run.ts';

/**
 * The manifest of a run as canonical JSON, and its SHA-256 in hex.
 * @throws AppError NOT_FOUND
 */
export async function getManifest(
  deps: Pick<Deps, 'runs'>,
  principal: Principal,
  runId: string,
): Promise<{ json: string; sha256: string }> {
  return serializeManifest(buildManifest(await getRun(deps, principal, runId)));
}
