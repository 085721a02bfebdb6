import { z } from 'zod';
import { idSchema } from '../../../shared/ids/ids.ts';
import { deliveryRecordSchema, webhookEndpointRecordSchema } from '../../../shared/records/records.ts';
import { webhookSubscriptionSchema } from '../../../shared/spec/run-spec.ts';
import { webhookEventTypes } from '../../../shared/spec/webhook-event.ts';
import { instantSchema } from '../http/schemas.ts';

export const webhookEndpointBodySchema = webhookSubscriptionSchema.meta({
  id: 'WebhookEndpointInput',
  examples: [{ url: 'https://hooks.example.com/tokenmeter', events: ['run.completed', 'run.failed'] }],
});

const { url, events } = webhookSubscriptionSchema.shape;
export const webhookEndpointChangeSchema = z
  .strictObject({
    url: url.exactOptional(),
    events: events.unwrap().exactOptional(),
    disabled: z.boolean().exactOptional(),
  })
  .meta({ id: 'WebhookEndpointChange', examples: [{ disabled: true }] });

export const webhookEndpointSchema = webhookEndpointRecordSchema
  .pick({ webhookEndpointId: true, url: true, events: true })
  .extend({
    runId: idSchema('run').nullable().describe('Set where it came with a run: it hears of that run alone'),
    disabled: z.boolean(),
    createdAt: instantSchema,
  })
  .meta({ id: 'WebhookEndpoint' });

export const webhookSecretSchema = z
  .object({ secret: z.string().describe('`whsec_` and base64, for a Standard Webhooks verifier') })
  .meta({ id: 'WebhookSecret' });

export const deliverySchema = deliveryRecordSchema
  .pick({ deliveryId: true, webhookEndpointId: true, runId: true })
  .extend({
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
