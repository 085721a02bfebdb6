import { once } from 'node:events';
import net from 'node:net';
import { parentPort } from 'node:worker_threads';
import { formatReferenceChunk, referenceHead, referenceTail } from '../reference-stream.ts';
import { measureMonotonicOffsetMs } from './thread-clock.ts';

/*
 * The entry module of the reference server, a worker thread that responds only to the measuring thread. The events of
 * its streams contain their send times as text. Posts its port when the server listens.
 */

const chunks = 20;
const meanGapMs = 50;
/** Spreads gaps evenly from 0.5 to 1.5 times the mean gap, so that they never align with a target's gaps. */
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
    // Reads the clock directly before the write. The bytes reach the kernel within the same call.
    socket.write(formatReferenceChunk(receivedMs, nowMs()));
    if (sent < chunks) setTimeout(send, nextGapMs());
    else socket.write(referenceTail);
  };
  setTimeout(send, nextGapMs());
}

const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  // The client sends each request in one small write, so a closing brace at the end means that the request is complete.
  socket.on('data', (bytes) => {
    const receivedMs = nowMs();
    if (bytes.at(-1) === '}'.charCodeAt(0)) answer(socket, receivedMs);
  });
});
// On a machine without a loopback interface, the port is null and there is no calibration.
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
