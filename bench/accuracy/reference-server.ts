import { once } from 'node:events';
import net from 'node:net';
import { measureMonotonicOffsetMs } from '../../shared/measure/thread/thread-clock.ts';
import { type Ask, askSchema } from './row.ts';

/** The server's record of a request. Times are ms on the machine's monotonic clock. */
export type Truth = { receivedMs: number; sentMs: Float64Array };

type Stream = { socket: net.Socket; ask: Ask; chunk: Buffer; last: Buffer; truth: Truth; sent: number };

export type ReferenceServer = {
  port: number;
  /** Returns the records since the last call by request index. */
  takeLog(): Map<number, Truth>;
  close(): void;
};

/**
 * Starts a server that streams the requested chunks. Chunk k is due at receipt + firstTokenMs + k · gapMs and is sent at the
 * next tick (1 ms). The logged time is taken just before the write, so delays from the schedule do not matter.
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
      const chunk = encodeChunk(ask);
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
  if (address === null || typeof address === 'string') throw new Error('The reference server has no port.');
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

/** Writes all due chunks. Returns whether the stream is complete. */
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

/** Reads the requests of a connection. The receipt is the time of the read that completes the request. */
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

/* Bytes of the responses. All chunks have the same length, so the floor can find tokens by offset. */

export const head = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
  'latin1',
);

/** Renders one event with one-word tokens as a chunk of the transfer coding. */
export function encodeChunk({ tokensPerChunk }: Pick<Ask, 'tokensPerChunk'>): Buffer {
  const event = { choices: [{ index: 0, delta: { content: 'word '.repeat(tokensPerChunk) }, finish_reason: null }] };
  return framed(`data: ${JSON.stringify(event)}\n\n`);
}

/** Finish event, end marker, and end of the response, written with the last chunk. */
export const tail = Buffer.concat([
  framed('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'),
  Buffer.from('0\r\n\r\n', 'latin1'),
]);

function framed(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`, 'latin1');
}
