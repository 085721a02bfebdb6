import type { WebhookEndpointRecord } from '../domain/records.ts';
import type { Deps, Page, PageRequest } from '../ports.ts';
import type { Principal } from './authenticate.ts';

/** The tenant's webhook endpoints, those of single runs too, newest first. */
export function listWebhookEndpoints(
  deps: Pick<Deps, 'webhookEndpoints'>,
  principal: Principal,
  page: PageRequest,
): Promise<Page<WebhookEndpointRecord>> {
  return deps.webhookEndpoints.list(principal.tenantId, page);
}
