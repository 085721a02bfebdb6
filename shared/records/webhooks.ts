import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { deliveryEventTypes, webhookEventSchema } from '../spec/webhook-event.ts';

const atMs = z.number();

export const webhookEndpointRecordSchema = z.object({
  webhookEndpointId: idSchema('webhookEndpoint'),
  tenantId: idSchema('tenant'),
  url: z.string().meta({ format: 'uri' }),
  events: z.array(webhookEventSchema),
  sealedSecret: z.string(),
  /** Secret before the last rotation. It signs deliveries next to the current secret until it expires. */
  sealedPreviousSecret: z.string().nullable(),
  previousSecretExpiresAtMs: atMs.nullable(),
  runId: idSchema('run')
    .nullable()
    .describe('Run whose spec defined the endpoint, which receives only events of this run. Null for all runs'),
  disabled: z.boolean(),
  /** Number of timeouts since the last response, or since the last change of the endpoint. */
  timeoutsInRow: z.number().int().min(0).default(0),
  /** Time of the first of these timeouts. */
  firstTimeoutAtMs: atMs.nullable(),
  /** End of the pause that follows repeated timeouts. Deliveries wait until then. */
  pausedUntilMs: atMs.nullable(),
  createdAtMs: atMs,
});
export type WebhookEndpointRecord = z.infer<typeof webhookEndpointRecordSchema>;

/** Length of the pause of a webhook endpoint, in ms. */
export const pauseMs = 3_600_000;

/** Returns whether an endpoint is paused. A pause that ends later than any pause was set before the clock was set back. */
export function isPaused({ pausedUntilMs }: Pick<WebhookEndpointRecord, 'pausedUntilMs'>, nowMs: number): boolean {
  return pausedUntilMs !== null && pausedUntilMs > nowMs && pausedUntilMs <= nowMs + pauseMs;
}

export const deliveryAttemptSchema = z.object({
  atMs,
  durationMs: z.number(),
  httpStatus: z.number().int().nullable(),
  error: z.string().nullable().describe('Reason for a missing response'),
  responseBody: z.string().nullable().describe('The first kilobytes of the response'),
});
export type DeliveryAttempt = z.infer<typeof deliveryAttemptSchema>;

export const deliveryRecordSchema = z.object({
  deliveryId: idSchema('delivery'),
  tenantId: idSchema('tenant'),
  webhookEndpointId: idSchema('webhookEndpoint'),
  runId: idSchema('run').nullable().describe('Run of the event. Null for a test event'),
  eventId: idSchema('event').describe('Id of the event, sent as `webhook-id`. Equal for all attempts and redeliveries'),
  eventType: z.enum(deliveryEventTypes).meta({ id: 'EventType' }),
  payload: z.string().describe('The exact text that is signed and sent'),
  status: z.enum(['pending', 'delivered', 'failed']).meta({ id: 'DeliveryStatus' }),
  attempts: z.array(deliveryAttemptSchema),
  nextAttemptAtMs: atMs.nullable(),
  /** Time until which an attempt may be in progress. Null between attempts. */
  claimedUntilMs: atMs.nullable(),
  /** Number of attempts since the last result that started and never ended. Absent before the first attempt. */
  unfinishedAttempts: z.number().int().min(0).optional(),
  createdAtMs: atMs,
});
export type DeliveryRecord = z.infer<typeof deliveryRecordSchema>;
