export const webhookEventTypes = [
  'run.started',
  'run.completed',
  'run.failed',
  'run.canceled',
  'run.assertion_failed',
  'webhook_endpoint.paused',
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];
