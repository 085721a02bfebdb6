import { readFileSync } from 'node:fs';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { z } from 'zod';

const deliverySchema = z.object({ headers: z.record(z.string(), z.string()), body: z.string() });
const inputSchema = z.object({ secrets: z.array(z.string()), deliveries: z.array(deliverySchema) });
const eventSchema = z.looseObject({ type: z.string() });

const { secrets, deliveries } = inputSchema.parse(JSON.parse(readFileSync(process.env['DELIVERIES'] ?? '', 'utf8')));

function isRejected(webhook: Webhook, body: string, headers: Record<string, string>): boolean {
  try {
    webhook.verify(body, headers);
    return false;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return true;
    throw error;
  }
}

for (const webhook of secrets.map((secret) => new Webhook(secret)))
  for (const { headers, body } of deliveries) {
    console.log(eventSchema.parse(webhook.verify(body, headers)).type);
    if (!isRejected(webhook, `${body} `, headers)) throw new Error('A changed body was accepted.');
  }
