import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export type SeenRequest = { url: string | undefined; headers: IncomingHttpHeaders; body: unknown };

/** Starts a server of the protocol. The model `fast` sends two words, `lastMs` apart; `mute` sends only pings. */
export async function startServer(lastMs: number) {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const { url, headers } = request;
    seen.push({ url, headers, body: await json(request) });
    const say = (value: unknown) => response.write(`data: ${JSON.stringify(value)}\n\n`);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    say(url === '/mute/say' ? {} : { word: 'one ' });
    await sleep(lastMs);
    if (response.destroyed) return;
    say({ word: 'two' });
    say({ over: 'said', words: 2 });
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The address of a listening server has a port.
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, seen, close };
}
