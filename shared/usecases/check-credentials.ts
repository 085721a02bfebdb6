import type { Fault } from '../domain/app-error.ts';
import type { RunSpecInput } from '../domain/run-spec.ts';
import type { Deps } from '../ports.ts';

/** A fault for each target whose credential the tenant does not have. */
export async function checkCredentials(
  deps: Pick<Deps, 'credentials'>,
  tenantId: string,
  spec: Pick<RunSpecInput, 'targets'>,
): Promise<Fault[]> {
  const found = await Promise.all(
    spec.targets.map(async ({ credentialId }, index) => {
      if (credentialId === undefined) return null;
      const credential = await deps.credentials.get(tenantId, credentialId);
      if (credential !== null && !credential.ephemeral) return null;
      return {
        pointer: `/targets/${index}/credentialId`,
        fault: `names no credential of yours: ${credentialId}`,
        remedy: 'Use an id of GET /v1/credentials, make one with POST /v1/credentials, or give the key as apiKey',
      };
    }),
  );
  return found.filter((fault) => fault !== null);
}
