export const webhookEventTypes = [
  'run.started',
  'run.completed',
  'run.failed',
  'run.canceled',
  'run.assertion_failed',
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];
