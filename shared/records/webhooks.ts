import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { webhookEventTypes } from '../spec/webhook-event.ts';

const atMs = z.number();

export const webhookEndpointRecordSchema = z.object({
  webhookEndpointId: idSchema('webhookEndpoint'),
  tenantId: idSchema('tenant'),
  url: z.string(),
  events: z.array(z.enum(webhookEventTypes)),
  sealedSecret: z.string(),
  /** Set if the endpoint comes from a run's spec. The endpoint then receives only events of this run. */
  runId: idSchema('run').nullable(),
  disabled: z.boolean(),
  createdAtMs: atMs,
});
export type WebhookEndpointRecord = z.infer<typeof webhookEndpointRecordSchema>;

export const deliveryAttemptSchema = z.object({
  atMs,
  durationMs: z.number(),
  httpStatus: z.number().int().nullable(),
  error: z.string().nullable(),
  responseBody: z.string().nullable(),
});
export type DeliveryAttempt = z.infer<typeof deliveryAttemptSchema>;

export const deliveryRecordSchema = z.object({
  deliveryId: idSchema('delivery'),
  tenantId: idSchema('tenant'),
  webhookEndpointId: idSchema('webhookEndpoint'),
  runId: idSchema('run'),
  eventId: idSchema('event'),
  eventType: z.enum(webhookEventTypes),
  /** The exact text to sign and send. */
  payload: z.string(),
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.array(deliveryAttemptSchema),
  nextAttemptAtMs: atMs.nullable(),
  createdAtMs: atMs,
});
export type DeliveryRecord = z.infer<typeof deliveryRecordSchema>;
