import { refuse } from '../../../shared/errors/refuse.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { WebhookEndpointRecord } from '../../../shared/records/records.ts';
import { checkAddress } from '../../../shared/runs/checks/check-address.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';

export type WebhookEndpointChange = Partial<Pick<WebhookEndpointRecord, 'url' | 'events' | 'disabled'>>;

/** @throws AppError NOT_FOUND, or INVALID_REQUEST where the new address is one that is never contacted */
export async function updateWebhookEndpoint(
  deps: Pick<Deps, 'webhookEndpoints' | 'config'>,
  principal: Principal,
  webhookEndpointId: string,
  change: WebhookEndpointChange,
): Promise<WebhookEndpointRecord> {
  if (change.url !== undefined) refuse('INVALID_REQUEST', checkAddress(deps.config, change.url, '/url'));
  const set = change.events === undefined ? change : { ...change, events: [...new Set(change.events)] };
  const changed = await deps.webhookEndpoints.update(principal.tenantId, webhookEndpointId, set);
  if (changed === null) throw notFound('webhook endpoint', webhookEndpointId);
  return changed;
}
