import { once } from 'node:events';
import net from 'node:net';
import { parentPort } from 'node:worker_threads';
import { formatReferenceChunk, referenceHead, referenceTail } from '../reference-stream.ts';
import { measureMonotonicOffsetMs } from './thread-clock.ts';

/*
 * The reference server: a thread of the worker's own that answers its measuring thread, and nobody else, with streams
 * whose true instants stand in their text. Entry of a worker thread; says its port once it listens.
 */

const chunks = 20;
const meanGapMs = 50;
/** Gaps vary evenly from half to one and a half of the mean, so that they fall in with no target's rhythm. */
const goldenRatio = 0.618_033_988_749_895;

const offsetMs = measureMonotonicOffsetMs();
const nowMs = () => performance.now() + offsetMs;
let gaps = 0;

function nextGapMs(): number {
  gaps++;
  return meanGapMs * (0.5 + ((gaps * goldenRatio) % 1));
}

function answer(socket: net.Socket, receivedMs: number): void {
  socket.write(referenceHead);
  let sent = 0;
  const send = () => {
    if (socket.destroyed) return;
    sent++;
    // The instant is the last thing taken before the write, and the write reaches the kernel in this call.
    socket.write(formatReferenceChunk(receivedMs, nowMs()));
    if (sent < chunks) setTimeout(send, nextGapMs());
    else socket.write(referenceTail);
  };
  setTimeout(send, nextGapMs());
}

const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  // Each request is one small write of our own client: head and body come in one read, or the body comes last.
  socket.on('data', (bytes) => {
    const receivedMs = nowMs();
    if (bytes.at(-1) === '}'.charCodeAt(0)) answer(socket, receivedMs);
  });
});
// Where there is no loopback to listen on, there is no reference: port null, and nothing is calibrated.
const listening = once(server, 'listening').catch(() => null);
server.listen(0, '127.0.0.1');
await listening;
const address = server.address();
const port = address === null || typeof address === 'string' ? null : address.port;
parentPort?.on('message', () => {
  server.close();
  parentPort?.close();
});
parentPort?.postMessage({ port });
