import { z } from 'zod';
import { idSchema } from '../../../shared/ids/ids.ts';
import type { Page } from '../../../shared/ports.ts';
import { isoInstant, isoInstantOrNull } from '../../../shared/records/iso-instant.ts';
import type { DeliveryRecord, WebhookEndpointRecord } from '../../../shared/records/records.ts';
import { webhookSubscriptionSchema } from '../../../shared/spec/run-spec.ts';
import { webhookEventTypes } from '../../../shared/spec/webhook-event.ts';
import { instantSchema, pageSchema } from '../http/common-schemas.ts';

export const webhookEndpointBodySchema = webhookSubscriptionSchema.meta({
  id: 'WebhookEndpointInput',
  examples: [{ url: 'https://hooks.example.com/tokenmeter', events: ['run.completed', 'run.failed'] }],
});

const { url, events } = webhookSubscriptionSchema.shape;
export const webhookEndpointChangeSchema = z
  .strictObject({ url: url.optional(), events: events.unwrap().optional(), disabled: z.boolean().optional() })
  .meta({ id: 'WebhookEndpointChange', examples: [{ disabled: true }] });

export const webhookEndpointSchema = z
  .object({
    webhookEndpointId: idSchema('webhookEndpoint'),
    url: z.string(),
    events: z.array(z.enum(webhookEventTypes)),
    runId: idSchema('run').nullable().describe('Set where it came with a run: it hears of that run alone'),
    disabled: z.boolean(),
    createdAt: instantSchema,
  })
  .meta({ id: 'WebhookEndpoint' });

export const webhookEndpointPageSchema = pageSchema(webhookEndpointSchema).meta({ id: 'WebhookEndpointPage' });

export const webhookSecretSchema = z
  .object({ secret: z.string().describe('`whsec_` and base64, for a Standard Webhooks verifier') })
  .meta({ id: 'WebhookSecret' });

export const deliverySchema = z
  .object({
    deliveryId: idSchema('delivery'),
    webhookEndpointId: idSchema('webhookEndpoint'),
    runId: idSchema('run'),
    eventId: idSchema('event').describe('Sent as webhook-id: the same for every attempt and redelivery'),
    eventType: z.enum(webhookEventTypes),
    status: z.enum(['pending', 'delivered', 'failed']),
    payload: z.string().describe('The exact bytes that are signed and sent'),
    attempts: z.array(
      z.object({
        at: instantSchema,
        durationMs: z.number(),
        httpStatus: z.int().nullable(),
        error: z.string().nullable().describe('Why no reply came'),
        responseBody: z.string().nullable().describe('The first kilobytes of the reply'),
      }),
    ),
    nextAttemptAt: instantSchema.nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'Delivery' });

export const deliveryPageSchema = pageSchema(deliverySchema).meta({ id: 'DeliveryPage' });

export function toWebhookEndpointView(record: WebhookEndpointRecord): z.infer<typeof webhookEndpointSchema> {
  const { webhookEndpointId, url: address, events: wanted, runId, disabled, createdAtMs } = record;
  return { webhookEndpointId, url: address, events: wanted, runId, disabled, createdAt: isoInstant(createdAtMs) };
}

export function toWebhookEndpointPage(page: Page<WebhookEndpointRecord>): z.infer<typeof webhookEndpointPageSchema> {
  return { items: page.items.map(toWebhookEndpointView), cursor: page.cursor };
}

export function toDeliveryView(record: DeliveryRecord): z.infer<typeof deliverySchema> {
  const { deliveryId, webhookEndpointId, runId, eventId, eventType, status, payload } = record;
  return {
    deliveryId,
    webhookEndpointId,
    runId,
    eventId,
    eventType,
    status,
    payload,
    attempts: record.attempts.map(({ atMs, ...attempt }) => ({ at: isoInstant(atMs), ...attempt })),
    nextAttemptAt: isoInstantOrNull(record.nextAttemptAtMs),
    createdAt: isoInstant(record.createdAtMs),
  };
}

export function toDeliveryPage(page: Page<DeliveryRecord>): z.infer<typeof deliveryPageSchema> {
  return { items: page.items.map(toDeliveryView), cursor: page.cursor };
}
