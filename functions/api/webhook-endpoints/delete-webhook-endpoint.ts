import type { Deps } from '../../../shared/ports.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';

/**
 * Removes an endpoint: nothing more is sent to it, pending deliveries included.
 * @throws AppError NOT_FOUND
 */
export async function deleteWebhookEndpoint(
  deps: Pick<Deps, 'webhookEndpoints'>,
  principal: Principal,
  webhookEndpointId: string,
): Promise<void> {
  const removed = await deps.webhookEndpoints.remove(principal.tenantId, webhookEndpointId);
  if (!removed) throw notFound('webhook endpoint', webhookEndpointId);
}
