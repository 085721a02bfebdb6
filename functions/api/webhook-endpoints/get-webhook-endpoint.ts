import type { Deps } from '../../../shared/ports.ts';
import type { WebhookEndpointRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';

/** @throws AppError NOT_FOUND */
export async function getWebhookEndpoint(
  deps: Pick<Deps, 'webhookEndpoints'>,
  principal: Principal,
  webhookEndpointId: string,
): Promise<WebhookEndpointRecord> {
  const record = await deps.webhookEndpoints.get(principal.tenantId, webhookEndpointId);
  if (record === null) throw notFound('webhook endpoint', webhookEndpointId);
  return record;
}
