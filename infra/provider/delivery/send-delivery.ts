import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { readWallClockMs } from '../engine/stream-engine.ts';
import type { ProviderLogLine } from '../log/request-log.ts';
import type { Delivery } from './plan-delivery.ts';

export type DeliverySender = {
  openHeaders(): void;
  sendRole(): void;
  /** Sends the step at this index. The last step also sends the end of the response. */
  sendStep(index: number): void;
};

/** Time in ms between the parts of one step, so that the client reads the parts separately. */
const partGapMs = 2;
const floodChunk = Buffer.from(`data: {"choices":[{"index":0,"delta":{"content":"${'x'.repeat(65_000)}"}}]}\n\n`);

/**
 * Creates a sender that writes an answer directly to the socket and records the time just before each write.
 * `response.write` would delay bytes until the end of the tick. Node.js writes only the headers and the response's end.
 */
export function createDeliverySender(
  response: ServerResponse,
  socket: Socket,
  delivery: Delivery,
  sent: ProviderLogLine,
): DeliverySender {
  const outbox = createOutbox();
  const { openHeaders, write } = createWriter(response, socket, delivery, sent);
  const end = () => {
    openHeaders();
    if (delivery.ending === 'hold') return;
    sent.endAtMs = readWallClockMs();
    if (delivery.ending === 'reset') socket.resetAndDestroy();
    else if (delivery.ending === 'cut') socket.destroySoon();
    else response.end();
  };
  const flood = (leftBytes: number) => {
    for (let left = leftBytes; left > 0; left -= floodChunk.length) {
      if (socket.destroyed) return;
      if (write(floodChunk, 0)) continue;
      socket.once('drain', () => flood(left - floodChunk.length));
      return;
    }
    end();
  };
  const close = () => {
    if (delivery.floodBytes > 0) return flood(delivery.floodBytes);
    if (delivery.closing !== null) write(delivery.closing, 0);
    end();
  };
  return {
    openHeaders,
    sendRole: () => {
      if (delivery.role !== null) write(delivery.role, 0);
    },
    sendStep(index) {
      const step = delivery.steps[index];
      step?.parts.forEach((part, place) => {
        const tokens = place === step.parts.length - 1 ? step.tokens : 0;
        outbox.add(() => write(part, tokens), place === 0 ? 0 : partGapMs);
      });
      if (index >= delivery.steps.length - 1) outbox.add(close, delivery.tailMs);
    },
  };
}

function createWriter(response: ServerResponse, socket: Socket, delivery: Delivery, sent: ProviderLogLine) {
  const openHeaders = () => {
    if (response.headersSent) return;
    if (delivery.framing === 'close') response.useChunkedEncodingByDefault = false;
    response.writeHead(200, delivery.headers);
    sent.firstByteSentAtMs = readWallClockMs();
    response.flushHeaders();
  };
  const write = (bytes: Buffer, tokens: number) => {
    openHeaders();
    if (socket.destroyed) return true;
    const framed = response.chunkedEncoding ? frame(bytes) : bytes;
    if (tokens > 0) sent.tokens.push([readWallClockMs(), tokens]);
    return socket.write(framed);
  };
  return { openHeaders, write };
}

/** Encodes bytes as one chunk of the chunked transfer coding. */
function frame(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** Creates a queue that runs actions in order, each at least `delayMs` after the previous one. */
function createOutbox(): { add(run: () => void, delayMs: number): void } {
  const waiting: { run: () => void; delayMs: number }[] = [];
  let timer: NodeJS.Timeout | null = null;
  const next = () => {
    timer = null;
    waiting.shift()?.run();
    go();
  };
  const go = () => {
    while (timer === null && waiting.length > 0) {
      const delayMs = waiting[0]?.delayMs ?? 0;
      if (delayMs > 0) timer = setTimeout(next, delayMs);
      else waiting.shift()?.run();
    }
  };
  return {
    add(run, delayMs) {
      waiting.push({ run, delayMs });
      if (timer === null && waiting.length === 1) go();
    },
  };
}
