import type { ProxyRoute } from '../../shared/egress/proxy-route.ts';
import type { InstrumentSession, Timeouts } from '../../shared/measure/instrument.ts';
import type { TargetEndpoint } from '../../shared/protocols/build-request.ts';
import { findRegion, findRole } from '../../shared/protocols/target-rules.ts';
import { openCredential } from '../../shared/runs/seal-secrets.ts';
import type { Target } from '../../shared/spec/target.ts';
import type { CredentialSource } from '../../shared/spec/target-key.ts';
import { noSecrets, type TargetSecrets } from '../../shared/spec/target-secrets.ts';
import type { WorkerDeps } from './compose.ts';

/** Returns a target's secrets, or null if its credential was deleted. */
async function findSecrets(
  deps: WorkerDeps,
  tenantId: string,
  { credentialId }: Target,
): Promise<TargetSecrets | null> {
  if (credentialId === null) return noSecrets;
  const credential = await deps.credentials.get(tenantId, credentialId);
  return credential === null ? null : openCredential(deps, credential);
}

/** Secrets of a target, and the source of its current credentials if a role signs its requests. */
export type OpenAccess = { secrets: TargetSecrets; source: CredentialSource | null; refusal: null };
type RefusedAccess = { secrets: null; refusal: { code: string; message: string } };

/** Opens the credential of a target, or the credentials of the AWS role that signs its requests. */
export async function openAccess(
  deps: WorkerDeps,
  tenantId: string,
  target: Target,
): Promise<OpenAccess | RefusedAccess> {
  const role = findRole(target);
  const region = findRegion(target);
  if (role === null || region === null) {
    const secrets = await findSecrets(deps, tenantId, target);
    return secrets === null ? { secrets, refusal: missing } : { secrets, source: null, refusal: null };
  }
  const { source, refusal } = await deps.roles.open({ role, region, tenantId });
  if (source === null) return { secrets: null, refusal: { code: 'role_refused', message: refusal } };
  const { accessKeyId, secretAccessKey, sessionToken } = await source();
  // In the form of a key, the credentials are masked if the target repeats them.
  const apiKey = JSON.stringify({ accessKeyId, secretAccessKey, sessionToken });
  return { secrets: { ...noSecrets, apiKey }, source, refusal: null };
}

const missing = { code: 'credential_missing', message: 'The credential of the target was deleted' };

type OwnEndpoint = TargetEndpoint & { proxy: ProxyRoute | null; clientKey: string | null };

/** Opens a session of the instrument that sends requests to a target. */
export function openSession(
  { instrument }: Pick<WorkerDeps, 'instrument'>,
  target: Target,
  { clientKey, ...endpoint }: OwnEndpoint,
  timeouts: Timeouts,
  keepsWire = false,
): Promise<InstrumentSession> {
  const { protocol, connection, ca, clientCertificate, httpVersion = '1.1' } = target;
  const { followRedirects: followsRedirects = false } = target;
  const tls = { ca: ca ?? null, certificate: clientCertificate ?? null, key: clientKey };
  const own = { protocol, ...endpoint, connection, tls, followsRedirects, httpVersion };
  return instrument.openSession(own, timeouts, keepsWire);
}
