import { refuse } from '../../../shared/errors/refuse.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { WebhookEndpointRecord } from '../../../shared/records/webhooks.ts';
import { checkAddress } from '../../../shared/runs/checks/check-address.ts';
import { sealWebhookEndpoint } from '../../../shared/runs/seal-webhook-endpoint.ts';
import type { WebhookSubscription } from '../../../shared/spec/run-spec.ts';

/**
 * Registers an endpoint for the events of all runs of the tenant. An existing id returns the existing endpoint.
 * @throws AppError INVALID_REQUEST if this deployment does not allow the address
 */
export async function createWebhookEndpoint(
  deps: Pick<Deps, 'webhookEndpoints' | 'secrets' | 'clock' | 'ids' | 'config'>,
  tenantId: string,
  wanted: WebhookSubscription,
  webhookEndpointId: string,
): Promise<WebhookEndpointRecord> {
  refuse('INVALID_REQUEST', checkAddress(deps.config, wanted.url, '/url'));
  const existing = await deps.webhookEndpoints.get(tenantId, webhookEndpointId);
  if (existing !== null) return existing;
  const endpoint = await sealWebhookEndpoint(deps, { ...wanted, webhookEndpointId, tenantId, runId: null });
  await deps.webhookEndpoints.create(endpoint);
  return endpoint;
}
