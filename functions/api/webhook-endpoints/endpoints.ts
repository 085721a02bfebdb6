import { z } from 'zod';
import { throwFaults } from '../../../shared/errors/app-error.ts';
import { formatInstantOrNull } from '../../../shared/records/format-instant.ts';
import { type WebhookEndpointRecord, webhookEndpointRecordSchema } from '../../../shared/records/webhooks.ts';
import { checkAddress } from '../../../shared/runs/checks/check-address.ts';
import { releaseDeliveries } from '../../../shared/runs/release-deliveries.ts';
import { removeWithinQuotas } from '../../../shared/runs/remove-within-quotas.ts';
import { sealWebhookEndpoint, webhookSecretBytes } from '../../../shared/runs/seal-secrets.ts';
import { webhookSubscriptionSchema } from '../../../shared/spec/run-spec.ts';
import { defineJsonAnswer, showRecord } from '../http/answers.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { answerOnce } from '../http/create-once.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { defineCreate, defineDelete, defineReads, defineResource, defineUpdate } from '../http/define-resource.ts';
import { createHeadersSchema, instantSchema } from '../http/schemas.ts';
import { deliveryEndpoints, requireEndpoint } from './delivery-endpoints.ts';
import { rotateSecret } from './rotate-secret.ts';

const webhookEndpointBodySchema = webhookSubscriptionSchema.meta({
  id: 'WebhookEndpointInput',
  examples: [{ url: 'https://hooks.example.com/tokenmeter', events: ['run.completed', 'run.failed'] }],
});

const { url, events } = webhookSubscriptionSchema.shape;
const webhookEndpointChangeSchema = z
  .strictObject({
    url: url.exactOptional(),
    events: events.unwrap().exactOptional(),
    disabled: z.boolean().exactOptional(),
  })
  .meta({ id: 'WebhookEndpointChange', examples: [{ disabled: true }] });

const webhookEndpointSchema = webhookEndpointRecordSchema
  .pick({ webhookEndpointId: true, url: true, events: true, runId: true, disabled: true })
  .extend({
    pausedUntil: instantSchema
      .nullable()
      .describe('End of the pause after three timeouts in a row. Deliveries wait until then. Null if not paused'),
    createdAt: instantSchema,
  })
  .meta({ id: 'WebhookEndpoint' });

const webhookSecretSchema = z
  .object({
    secret: z.string().describe('Secret for a Standard Webhooks verifier: `whsec_` and base64'),
    previousSecretExpiresAt: instantSchema
      .nullable()
      .describe('Time until which the previous secret also signs deliveries. Null if it does not'),
  })
  .meta({ id: 'WebhookSecret' });

const maxOverlapSeconds = 604_800;
const rotationBodySchema = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(maxOverlapSeconds)
      .default(86_400)
      .describe('Seconds for which the previous secret also signs deliveries. 0 ends its use at once'),
  })
  .meta({ id: 'WebhookSecretRotation', examples: [{ overlapSeconds: 86_400 }] });

const webhookEndpoints = defineResource({
  kind: 'webhookEndpoint',
  quota: 'webhookEndpoints',
  path: '/v1/webhook-endpoints',
  tag: 'Webhooks',
  scopes: { read: 'webhooks:read', write: 'webhooks:write' },
  schema: webhookEndpointSchema,
  store: (deps) => deps.webhookEndpoints,
  show: (record) =>
    showRecord(webhookEndpointSchema, { ...record, pausedUntil: formatInstantOrNull(record.pausedUntilMs) }),
});
const { tag, scopes } = webhookEndpoints;

export const webhookEndpointEndpoints = [
  defineCreate(webhookEndpoints, {
    description:
      'Receives the events of all runs of the tenant. Signatures follow Standard Webhooks. The secret is at `/v1/webhook-endpoints/{webhookEndpointId}/secret`.',
    body: defineJsonBody(webhookEndpointBodySchema),
    create: async ({ deps, tenantId, body }, { resourceId: webhookEndpointId }) => {
      throwFaults('INVALID_REQUEST', checkAddress(deps.config, body.url, '/url'));
      const existing = await deps.webhookEndpoints.get(tenantId, webhookEndpointId);
      if (existing !== null) return existing;
      const endpoint = await sealWebhookEndpoint(deps, { ...body, webhookEndpointId, tenantId, runId: null });
      await deps.webhookEndpoints.create(endpoint);
      return endpoint;
    },
  }),
  ...defineReads(webhookEndpoints),
  defineUpdate(webhookEndpoints, {
    description:
      'Changes, disables or enables the endpoint, and ends its pause: waiting deliveries are sent. Omitted fields keep their values.',
    body: defineJsonBody(webhookEndpointChangeSchema),
    update: async ({ deps, tenantId, id, body }) => {
      if (body.url !== undefined) throwFaults('INVALID_REQUEST', checkAddress(deps.config, body.url, '/url'));
      const events = body.events === undefined ? {} : { events: [...new Set(body.events)] };
      const before = await deps.webhookEndpoints.get(tenantId, id);
      const change = { ...body, ...events, timeoutsInRow: 0, pausedUntilMs: null };
      const updated = await deps.webhookEndpoints.update(tenantId, id, change);
      if (updated !== null && before !== null) await releaseDeliveries(deps, before);
      return updated;
    },
  }),
  defineDelete(webhookEndpoints, {
    description: 'Stops all deliveries to the endpoint, including pending ones.',
    remove: async ({ deps, tenantId, id }) => {
      const endpoint = await deps.webhookEndpoints.get(tenantId, id);
      const amounts = endpoint?.runId === null ? { webhookEndpoints: 1 } : {};
      return removeWithinQuotas(deps, tenantId, amounts, () => deps.webhookEndpoints.remove(tenantId, id));
    },
  }),
  defineEndpoint({
    operationId: 'getWebhookSecret',
    method: 'get',
    path: '/v1/webhook-endpoints/{webhookEndpointId}/secret',
    tag,
    scope: 'webhooks:write',
    summary: 'Get the signing secret of a webhook endpoint',
    description: 'Requires write access, because anyone with the secret can sign events.',
    answers: { 200: defineJsonAnswer('The secret', webhookSecretSchema) },
    handle: async (call) => {
      const { c, deps, tenantId, params } = call;
      const endpoint = await requireEndpoint(call, params.webhookEndpointId);
      const { sealedSecret, webhookEndpointId } = endpoint;
      const secret = await deps.secrets.open(sealedSecret, { tenantId, webhookEndpointId });
      return c.json(showSecret(secret, endpoint, deps.clock.nowMs()), 200);
    },
  }),
  defineEndpoint({
    operationId: 'rotateWebhookSecret',
    method: 'post',
    path: '/v1/webhook-endpoints/{webhookEndpointId}/rotate-secret',
    tag,
    scope: scopes.write,
    summary: 'Rotate the signing secret of a webhook endpoint',
    description:
      'Replaces the secret. Until `previousSecretExpiresAt`, `webhook-signature` has the signatures of both secrets.',
    headers: createHeadersSchema,
    body: defineJsonBody(rotationBodySchema, { required: false }),
    answers: { 201: defineJsonAnswer('The new secret', webhookSecretSchema) },
    handle: (call) => {
      const { webhookEndpointId } = call.params;
      return answerOnce(
        call,
        { kind: 'webhookEndpoint', status: 201, secretBytes: webhookSecretBytes },
        async (claimed) => {
          if (claimed.secret === null) throw new Error('Internal error: the rotation has no secret');
          const before = await requireEndpoint(call, webhookEndpointId);
          const overlapMs = call.body.overlapSeconds * 1_000;
          const { secret, endpoint } = await rotateSecret(call, before, claimed.secret, overlapMs);
          const path = `/v1/webhook-endpoints/${webhookEndpointId}/secret`;
          return { path, body: showSecret(secret, endpoint, call.deps.clock.nowMs()) };
        },
      );
    },
  }),
  ...deliveryEndpoints,
];

/** Builds the view of a secret. An expired previous secret is not shown. */
function showSecret(secret: string, { previousSecretExpiresAtMs }: WebhookEndpointRecord, nowMs: number) {
  const isValid = previousSecretExpiresAtMs !== null && previousSecretExpiresAtMs > nowMs;
  return { secret, previousSecretExpiresAt: formatInstantOrNull(isValid ? previousSecretExpiresAtMs : null) };
}
