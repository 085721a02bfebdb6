import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { openServer } from './open-server.ts';

export type StreamServer = {
  /** API root for the `baseUrl` of a target. */
  url: string;
  /** Returns the number of requests for a model. */
  requestCount(model: string): number;
  /** Resolves when exactly `count` responses of a model are open. */
  whenOpen(model: string, count: number): Promise<void>;
  /** Received authorization headers. */
  authorizations: Set<string>;
  close(): Promise<void>;
};

const bodySchema = z.object({ model: z.string() });
const words = ['one ', 'two ', 'three'];

/**
 * Starts a small chat server with the models `fast`, `slow` (100 ms), `endless`, `hang`, `limited` (429), and `stalling`,
 * which is fast until it is silent for two seconds from its 300th request.
 */
export async function startStreamServer(): Promise<StreamServer> {
  const counts = new Map<string, number>();
  const open = new Map<string, number>();
  const authorizations = new Set<string>();
  let stalledUntilMs = 0;
  const add = (map: Map<string, number>, key: string, change: number) => map.set(key, (map.get(key) ?? 0) + change);

  const server = await openServer(async (request, response) => {
    authorizations.add(request.headers.authorization ?? '');
    const { model } = bodySchema.parse(JSON.parse(await text(request)));
    add(counts, model, 1);
    add(open, model, 1);
    response.once('close', () => add(open, model, -1));
    if (model === 'stalling' && counts.get(model) === 300) stalledUntilMs = Date.now() + 2_000;
    if (model === 'stalling') await delay(Math.max(0, stalledUntilMs - Date.now()));
    await answer(model, response);
  });

  return {
    url: `${server.url}/v1`,
    requestCount: (model) => counts.get(model) ?? 0,
    whenOpen: async (model, count) => {
      const untilMs = Date.now() + 10_000;
      while ((open.get(model) ?? 0) !== count) {
        if (Date.now() > untilMs)
          throw new Error(`${open.get(model) ?? 0} responses of ${model} are open, not ${count}`);
        await delay(5);
      }
    },
    authorizations,
    close: server.close,
  };
}

async function answer(model: string, response: ServerResponse): Promise<void> {
  if (model === 'hang') return;
  if (model === 'limited') {
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '2' });
    response.end(JSON.stringify({ error: { message: 'Slow down', code: 'rate_limit_exceeded' } }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const gapMs = model === 'slow' ? 33 : 2;
  for (let k = 0; k < words.length || model === 'endless'; k++) {
    if (response.destroyed) return;
    response.write(event({ choices: [{ delta: { content: words[k] ?? 'more ' }, finish_reason: null }] }));
    await delay(model === 'endless' ? 20 : gapMs);
  }
  response.write(event({ choices: [{ delta: {}, finish_reason: 'stop' }] }));
  response.write(event({ choices: [], usage: { prompt_tokens: 6, completion_tokens: 3 } }));
  response.end('data: [DONE]\n\n');
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
