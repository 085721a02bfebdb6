import type { Deps, Page, PageRequest } from '../../../shared/ports.ts';
import type { WebhookEndpointRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';

/** The tenant's webhook endpoints, those of single runs too, newest first. */
export function listWebhookEndpoints(
  deps: Pick<Deps, 'webhookEndpoints'>,
  principal: Principal,
  page: PageRequest,
): Promise<Page<WebhookEndpointRecord>> {
  return deps.webhookEndpoints.list(principal.tenantId, page);
}
