import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { runRecordSchema } from './records.ts';
import { webhookEndpointRecordSchema } from './webhooks.ts';

const instant = z.iso.datetime();
const { runId, status, stop, failure, verdict, trust } = runRecordSchema.shape;

const runEventDataSchema = z
  .object({
    runId,
    name: z.string().nullable(),
    status,
    stop,
    failure,
    verdict,
    trust,
    createdAt: instant.nullable(),
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    metadata: z.record(z.string(), z.string()),
    runUrl: z.string().describe('Address of the run. A path if the deployment has no `PUBLIC_URL`'),
    reportUrl: z.string().describe('Address of the report as JSON'),
  })
  .meta({ id: 'RunEventData', description: 'The run at the time of the event' });
export type RunEventData = z.infer<typeof runEventDataSchema>;

const { webhookEndpointId, url } = webhookEndpointRecordSchema.shape;
const endpoint = { webhookEndpointId, url };

const pauseEventDataSchema = z
  .object({
    ...endpoint,
    timeoutsInRow: z.int().min(0),
    pausedUntil: instant,
    runId: runId.describe('Run whose delivery timed out last'),
  })
  .meta({ id: 'PauseEventData', description: 'The paused webhook endpoint' });

const testEventDataSchema = z
  .object(endpoint)
  .meta({ id: 'TestEventData', description: 'The webhook endpoint that receives the test event' });

function definePayload<Type extends string, Data extends z.ZodType>(type: Type, data: Data, description: string) {
  return z
    .object({
      id: idSchema('event').describe('Id of the event, also in the header `webhook-id`'),
      type: z.literal(type),
      timestamp: instant.describe('Time of the event'),
      data,
    })
    .describe(description);
}

/** Payload of each webhook event. Each type of event has exactly one schema. */
export const eventPayloadSchema = z
  .discriminatedUnion('type', [
    definePayload('run.started', runEventDataSchema, 'A run started'),
    definePayload('run.completed', runEventDataSchema, 'A run completed'),
    definePayload('run.failed', runEventDataSchema, 'A run failed'),
    definePayload('run.canceled', runEventDataSchema, 'A run was canceled'),
    definePayload('run.assertion_failed', runEventDataSchema, 'A run ended with a failed assertion'),
    definePayload(
      'webhook_endpoint.paused',
      pauseEventDataSchema,
      'Another webhook endpoint was paused, because it timed out three times in a row',
    ),
    definePayload('webhook_endpoint.test', testEventDataSchema, 'A test event was requested'),
  ])
  .meta({ id: 'EventPayload', description: 'Payload of a webhook event' });
export type EventPayload = z.infer<typeof eventPayloadSchema>;

/** Reads a stored payload. Only `writePayload` creates stored payloads, and their fields never change. */
export function readPayload(text: string): EventPayload {
  return JSON.parse(text) as EventPayload; // writePayload accepts no other value
}
