import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { validatePayload } from '../service/validate-response.ts';
import { openServer } from './open-server.ts';

export type Received = { headers: Record<string, string>; body: string };

export type WebhookReceiver = {
  url: string;
  received: Received[];
  /** Response to the next requests. */
  answer(status: number): void;
  waitFor(count: number): Promise<void>;
  close(): Promise<void>;
};

/** Starts a server that stores the bodies of POST requests. Fails at the end if a body is not in the contract. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const faults: unknown[] = [];
  let status = 204;
  const server = await openServer(async (request, response) => {
    const body = await text(request);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    received.push({ headers, body });
    try {
      validatePayload(body);
    } catch (error) {
      faults.push(error);
    }
    response.writeHead(status).end();
  });
  return {
    url: `${server.url}/hook`,
    received,
    answer: (next) => {
      status = next;
    },
    waitFor: async (count) => {
      const untilMs = Date.now() + 15_000;
      while (received.length < count) {
        if (Date.now() > untilMs) throw new Error(`${received.length} of ${count} webhooks were received.`);
        await delay(20);
      }
    },
    close: async () => {
      await server.close();
      if (faults.length > 0) throw faults[0];
    },
  };
}
