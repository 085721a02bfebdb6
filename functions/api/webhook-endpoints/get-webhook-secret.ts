import type { Deps } from '../../../shared/ports.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { getWebhookEndpoint } from './get-webhook-endpoint.ts';

/**
 * The signing secret of an endpoint (`whsec_` and base64), for the receiver that verifies.
 * @throws AppError NOT_FOUND
 */
export async function getWebhookSecret(
  deps: Pick<Deps, 'webhookEndpoints' | 'secrets'>,
  principal: Principal,
  webhookEndpointId: string,
): Promise<string> {
  const endpoint = await getWebhookEndpoint(deps, principal, webhookEndpointId);
  return deps.secrets.open(endpoint.sealedSecret, { tenantId: principal.tenantId, webhookEndpointId });
}
