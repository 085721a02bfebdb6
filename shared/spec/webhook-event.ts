import { z } from 'zod';

/** Events that a webhook endpoint can subscribe to. */
export const webhookEventTypes = [
  'run.started',
  'run.completed',
  'run.failed',
  'run.canceled',
  'run.assertion_failed',
  'webhook_endpoint.paused',
] as const;
export const webhookEventSchema = z.enum(webhookEventTypes).meta({ id: 'WebhookEvent' });
export type WebhookEventType = (typeof webhookEventTypes)[number];

/** Events that are delivered. A test event is sent only on request, and only to the tested endpoint. */
export const deliveryEventTypes = [...webhookEventTypes, 'webhook_endpoint.test'] as const;
