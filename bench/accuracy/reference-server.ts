import { once } from 'node:events';
import net from 'node:net';
import { measureMonotonicOffsetMs } from '../../shared/measure/thread/thread-clock.ts';
import { type Ask, askSchema } from './row.ts';
import { chunkBytes, head, tail } from './stream-framing.ts';

/** What truly happened to a request. Instants in ms on the machine's monotonic clock. */
export type Truth = { receivedMs: number; sentMs: Float64Array };

type Stream = { socket: net.Socket; ask: Ask; chunk: Buffer; last: Buffer; truth: Truth; sent: number };

export type ReferenceServer = {
  port: number;
  /** What was logged since the last time, by the index of the request. */
  takeLog(): Map<number, Truth>;
  close(): void;
};

/**
 * Streams what each request asks for: chunk k is due at receipt + firstTokenMs + k · gapMs, on an absolute schedule, and
 * goes out with the first tick (1 ms) from then. The instant logged is taken right before the write, which reaches the
 * kernel in the same call; how late it is against the schedule is of no account.
 */
export async function startReferenceServer(): Promise<ReferenceServer> {
  const offsetMs = measureMonotonicOffsetMs();
  const nowMs = () => performance.now() + offsetMs;
  const open = new Set<Stream>();
  let log = new Map<number, Truth>();
  let isTicking = false;

  const tick = () => {
    for (const stream of open) if (writeDue(stream, nowMs)) open.delete(stream);
    isTicking = open.size > 0;
    if (isTicking) setTimeout(tick, 1);
  };
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    onRequest(socket, nowMs, (receivedMs, body) => {
      const ask = askSchema.parse(JSON.parse(body));
      const truth: Truth = { receivedMs, sentMs: new Float64Array(ask.chunks) };
      const chunk = chunkBytes(ask);
      log.set(ask.index, truth);
      open.add({ socket, ask, chunk, last: Buffer.concat([chunk, tail]), truth, sent: 0 });
      socket.write(head);
      if (!isTicking) setTimeout(tick, 1);
      isTicking = true;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The reference server has no port');
  return {
    port: address.port,
    takeLog: () => {
      const taken = log;
      log = new Map();
      return taken;
    },
    close: () => server.close(),
  };
}

/** Writes what is due; true once all is written. */
function writeDue(stream: Stream, nowMs: () => number): boolean {
  const { socket, ask, truth } = stream;
  while (stream.sent < ask.chunks) {
    const atMs = nowMs();
    if (atMs < truth.receivedMs + ask.firstTokenMs + stream.sent * ask.gapMs) return false;
    truth.sentMs[stream.sent++] = atMs;
    socket.write(stream.sent === ask.chunks ? stream.last : stream.chunk);
  }
  return true;
}

/** Reads requests off a connection, one at a time; the instant is that of the read that completed the request. */
function onRequest(socket: net.Socket, nowMs: () => number, onBody: (receivedMs: number, body: string) => void): void {
  let text = '';
  socket.on('data', (bytes) => {
    const atMs = nowMs();
    text += bytes.toString('latin1');
    const headEnd = text.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = Number(/content-length: *(\d+)/i.exec(text.slice(0, headEnd))?.[1] ?? 0);
    if (text.length < headEnd + 4 + length) return;
    const body = text.slice(headEnd + 4);
    text = '';
    onBody(atMs, body);
  });
}
