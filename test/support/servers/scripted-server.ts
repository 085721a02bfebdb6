import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Next action of a scripted server on a connection. `close` ends it normally, `reset` does not. */
export type Step =
  | { do: 'write'; bytes: string | Uint8Array }
  | { do: 'wait'; ms: number }
  | { do: 'close' }
  | { do: 'reset' };

/** A received request. `number` counts requests of the server, `connection` its connections, both from 0. */
export type ScriptedRequest = {
  number: number;
  connection: number;
  head: string;
  body: string;
  /** Wall time with microsecond digits from a monotonic clock. */
  receivedAtMs: number;
  /** Times just before each write. */
  writtenAtMs: number[];
};

export type ScriptedServer = {
  url: string;
  port: number;
  requests: ScriptedRequest[];
  /** Accepted and open connections; current and maximum concurrent requests. */
  counts: { accepted: number; open: number; active: number; maxActive: number };
  close(): Promise<void>;
};

const wallMs = () => performance.timeOrigin + performance.now();

/**
 * Starts a raw HTTP/1.1 server that writes exactly what its script says, valid or not. It parses requests only to find
 * their end (content-length).
 */
export async function startScriptedServer(
  script: (request: ScriptedRequest) => Iterable<Step> | AsyncIterable<Step>,
  onConnection: (socket: net.Socket) => void = () => {},
): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  const counts = { accepted: 0, open: 0, active: 0, maxActive: 0 };
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const connection = counts.accepted++;
    counts.open++;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => {
      counts.open--;
      sockets.delete(socket);
    });
    onConnection(socket);
    let buffered = '';
    socket.on('data', (chunk) => {
      buffered += chunk.toString('latin1');
      for (let taken = takeRequest(buffered); taken !== null; taken = takeRequest(buffered)) {
        buffered = buffered.slice(taken.length);
        const { head, body } = taken;
        const request = { number: requests.length, connection, head, body, receivedAtMs: wallMs(), writtenAtMs: [] };
        requests.push(request);
        counts.active++;
        counts.maxActive = Math.max(counts.maxActive, counts.active);
        play(script(request), socket, request).finally(() => counts.active--);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // an object, because it listens on an address and not on a pipe
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    counts,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function takeRequest(text: string): { head: string; body: string; length: number } | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = text.slice(0, headEnd);
  const bodyStart = headEnd + 4;
  const length = bodyStart + Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  return text.length < length ? null : { head, body: text.slice(bodyStart, length), length };
}

async function play(
  steps: Iterable<Step> | AsyncIterable<Step>,
  socket: net.Socket,
  request: ScriptedRequest,
): Promise<void> {
  for await (const step of steps) {
    if (socket.destroyed) return;
    if (step.do === 'wait') await sleep(step.ms);
    else if (step.do === 'reset') socket.resetAndDestroy();
    else if (step.do === 'close') socket.end();
    else {
      request.writtenAtMs.push(wallMs());
      socket.write(step.bytes);
    }
  }
}
