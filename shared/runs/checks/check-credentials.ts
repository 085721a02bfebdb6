import type { Fault } from '../../errors/app-error.ts';
import type { Deps } from '../../ports.ts';
import type { CredentialRecord } from '../../records/records.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';
import { findKeyFault } from '../../spec/target-key.ts';

/** Returns a fault for each target whose credential the tenant does not have, or which cannot use it. */
export async function checkCredentials(
  deps: Pick<Deps, 'credentials'>,
  tenantId: string,
  spec: Pick<RunSpecInput, 'targets'>,
): Promise<Fault[]> {
  const found = await Promise.all(
    spec.targets.map(async (target, index) => {
      const { credentialId } = target;
      if (credentialId === undefined) return null;
      const credential = await deps.credentials.get(tenantId, credentialId);
      if (credential !== null && !credential.ephemeral) {
        const found = findKeyFault(target, credential.form ?? 'plain') ?? findOriginFault(target, credential);
        return found === null ? null : { pointer: `/targets/${index}/credentialId`, ...found };
      }
      return {
        pointer: `/targets/${index}/credentialId`,
        fault: `names no credential of yours: ${credentialId}`,
        remedy: 'Use an id of GET /v1/credentials, make one with POST /v1/credentials, or give the key as apiKey',
      };
    }),
  );
  return found.filter((fault) => fault !== null);
}

/** Refuses a credential that is bound to another origin. */
function findOriginFault(
  { baseUrl }: { baseUrl: string },
  { origin }: CredentialRecord,
): Omit<Fault, 'pointer'> | null {
  if (origin === undefined || new URL(baseUrl).origin === origin) return null;
  return {
    fault: `is kept for ${origin}, and baseUrl is elsewhere`,
    remedy: `Use a baseUrl at ${origin}, or a credential made for this one`,
  };
}
