import { z } from 'zod';
import { idSchema } from '../../../shared/ids/ids.ts';
import { deliveryRecordSchema, webhookEndpointRecordSchema } from '../../../shared/records/webhooks.ts';
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
    runId: idSchema('run')
      .nullable()
      .describe('Run whose spec defined the endpoint, which receives only events of this run. Null for all runs'),
    disabled: z.boolean(),
    createdAt: instantSchema,
  })
  .meta({ id: 'WebhookEndpoint' });

export const webhookSecretSchema = z
  .object({ secret: z.string().describe('Secret for a Standard Webhooks verifier: `whsec_` and base64') })
  .meta({ id: 'WebhookSecret' });

export const deliverySchema = deliveryRecordSchema
  .pick({ deliveryId: true, webhookEndpointId: true, runId: true })
  .extend({
    eventId: idSchema('event').describe(
      'Id of the event, sent as `webhook-id`. Equal for all attempts and redeliveries',
    ),
    eventType: z.enum(webhookEventTypes),
    status: z.enum(['pending', 'delivered', 'failed']),
    payload: z.string().describe('The exact signed bytes'),
    attempts: z.array(
      z.object({
        at: instantSchema,
        durationMs: z.number(),
        httpStatus: z.int().nullable(),
        error: z.string().nullable().describe('Reason for a missing response'),
        responseBody: z.string().nullable().describe('The first kilobytes of the response'),
      }),
    ),
    nextAttemptAt: instantSchema.nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'Delivery' });
