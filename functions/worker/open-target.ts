import type { ProxyRoute } from '../../shared/egress/proxy-route.ts';
import type { InstrumentSession, Timeouts } from '../../shared/measure/instrument.ts';
import type { TargetEndpoint } from '../../shared/protocols/build-request.ts';
import { openCredential } from '../../shared/runs/seal-secrets.ts';
import type { Target } from '../../shared/spec/target.ts';
import { noSecrets, type TargetSecrets } from '../../shared/spec/target-secrets.ts';
import type { WorkerDeps } from './compose.ts';

/** Returns a target's secrets, or null if its credential was deleted. */
export async function findSecrets(
  deps: WorkerDeps,
  tenantId: string,
  { credentialId }: Target,
): Promise<TargetSecrets | null> {
  if (credentialId === null) return noSecrets;
  const credential = await deps.credentials.get(tenantId, credentialId);
  return credential === null ? null : openCredential(deps, credential);
}

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
