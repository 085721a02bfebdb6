import { z } from 'zod';
import { eventPayloadSchema } from '../../shared/records/webhook-payloads.ts';
import type { SchemaObject } from './schemas/schema-object.ts';

const payloadsSchema = z.object({
  EventPayload: z.object({ discriminator: z.object({ mapping: z.record(z.string(), z.string()) }) }),
});

const defineHeader = (name: string, description: string) => ({
  in: 'header',
  name,
  required: true,
  description,
  schema: { type: 'string' },
});

/** Headers of every event, which follow Standard Webhooks. */
const signatureHeaders = [
  defineHeader('webhook-id', 'Id of the event'),
  defineHeader('webhook-timestamp', 'Time of the attempt in seconds since 1970'),
  defineHeader('webhook-signature', 'Signatures of id, timestamp and body, separated by spaces'),
];

const eventAnswers = {
  WebhookReceived: { description: 'The event was received. Any 2xx status ends the delivery' },
  WebhookGone: { description: 'The endpoint no longer exists. Its deliveries stop' },
};

/**
 * Describes the requests that the service sends to webhook endpoints, with the responses they share. Repeats the
 * parameters, because oapi-codegen does not generate components that only webhooks use.
 * @param schemas published schemas by name, which contain the union of all payloads
 */
export function describeWebhooks(schemas: SchemaObject): {
  webhooks: SchemaObject;
  responses: SchemaObject;
} {
  const { mapping } = payloadsSchema.parse(schemas).EventPayload.discriminator;
  const responses = {
    204: { $ref: '#/components/responses/WebhookReceived' },
    410: { $ref: '#/components/responses/WebhookGone' },
  };
  const webhooks = eventPayloadSchema.options.map((schema) => {
    const type = schema.shape.type.value;
    const $ref = mapping[type] ?? '';
    const operation = {
      operationId: `receive${$ref.slice($ref.lastIndexOf('/') + 1)}`,
      tags: ['Webhooks'],
      summary: schema.description,
      security: [],
      parameters: signatureHeaders,
      requestBody: { required: true, content: { 'application/json': { schema: { $ref } } } },
      responses,
    };
    return [type, { post: operation }];
  });
  return { webhooks: Object.fromEntries(webhooks), responses: eventAnswers };
}
