import type { Fault } from '../../errors/app-error.ts';
import type { Deps } from '../../ports.ts';
import type { CredentialRecord } from '../../records/records.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';
import { findKeyFault } from '../../spec/target-key.ts';

/** Returns a fault for each target whose credential does not exist or does not fit the target. */
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
        fault: `does not name one of your credentials: ${credentialId}`,
        remedy: 'Use an id from GET /v1/credentials, create one with POST /v1/credentials, or set apiKey',
      };
    }),
  );
  return found.filter((fault) => fault !== null);
}

/** Rejects a credential that is limited to another origin. */
function findOriginFault(
  { baseUrl }: { baseUrl: string },
  { origin }: CredentialRecord,
): Omit<Fault, 'pointer'> | null {
  if (origin === undefined || new URL(baseUrl).origin === origin) return null;
  return {
    fault: `is limited to ${origin}, but baseUrl has another origin`,
    remedy: `Use a baseUrl at ${origin}, or another credential`,
  };
}
