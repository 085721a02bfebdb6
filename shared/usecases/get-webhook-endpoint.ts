import type { WebhookEndpointRecord } from '../domain/records.ts';
import type { Deps } from '../ports.ts';
import type { Principal } from './authenticate.ts';
import { notFound } from './not-found.ts';

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
