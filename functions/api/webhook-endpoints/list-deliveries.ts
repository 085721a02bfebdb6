import type { Deps, Page, PageRequest } from '../../../shared/ports.ts';
import type { DeliveryRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { getWebhookEndpoint } from './get-webhook-endpoint.ts';

/**
 * The delivery log of an endpoint, newest first.
 * @throws AppError NOT_FOUND where the endpoint is not the tenant's
 */
export async function listDeliveries(
  deps: Pick<Deps, 'webhookEndpoints' | 'deliveries'>,
  principal: Principal,
  webhookEndpointId: string,
  page: PageRequest,
): Promise<Page<DeliveryRecord>> {
  await getWebhookEndpoint(deps, principal, webhookEndpointId);
  return deps.deliveries.listByEndpoint(principal.tenantId, webhookEndpointId, page);
}
