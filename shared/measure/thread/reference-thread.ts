import { once } from 'node:events';
import net from 'node:net';
import { parentPort } from 'node:worker_threads';
import { formatReferenceChunk, referenceHead, referenceTail } from '../reference-stream.ts';
import { measureMonotonicOffsetMs } from './thread-clock.ts';

/*
 * Entry of the reference server, a worker thread that answers only the measuring thread. Its streams contain their true
 * timestamps as text. It posts its port when it listens.
 */

const chunks = 20;
const meanGapMs = 50;
/** Spreads the gaps evenly from 0.5 to 1.5 of the mean, so that they do not align with a target's rhythm. */
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
    // Takes the time directly before the write, which reaches the kernel in this call.
    socket.write(formatReferenceChunk(receivedMs, nowMs()));
    if (sent < chunks) setTimeout(send, nextGapMs());
    else socket.write(referenceTail);
  };
  setTimeout(send, nextGapMs());
}

const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  // The client sends each request in one small write, so a final brace ends the request.
  socket.on('data', (bytes) => {
    const receivedMs = nowMs();
    if (bytes.at(-1) === '}'.charCodeAt(0)) answer(socket, receivedMs);
  });
});
// Without a loopback interface, the port is null and nothing is calibrated.
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
