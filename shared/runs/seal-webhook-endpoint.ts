import type { Deps } from '../ports.ts';
import type { WebhookEndpointRecord } from '../records/webhooks.ts';
import type { WebhookSubscription } from '../spec/run-spec.ts';

/** Number of random bytes in a signing secret. Standard Webhooks requires 24 to 64. */
const secretBytes = 32;

/** Builds the record of an endpoint with a new signing secret, sealed for the tenant and the id. */
export async function sealWebhookEndpoint(
  deps: Pick<Deps, 'secrets' | 'clock' | 'ids'>,
  wanted: WebhookSubscription & { webhookEndpointId: string; tenantId: string; runId: string | null },
): Promise<WebhookEndpointRecord> {
  const { webhookEndpointId, tenantId, runId, url, events } = wanted;
  const secret = `whsec_${Buffer.from(deps.ids.randomBytes(secretBytes)).toString('base64')}`;
  return {
    webhookEndpointId,
    tenantId,
    url,
    events: [...new Set(events)],
    sealedSecret: await deps.secrets.seal(secret, { tenantId, webhookEndpointId }),
    runId,
    disabled: false,
    createdAtMs: deps.clock.nowMs(),
  };
}
