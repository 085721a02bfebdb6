import net from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { measureMonotonicOffsetMs } from '../../shared/measure/thread/thread-clock.ts';
import { encodeChunk, head } from './reference-server.ts';
import type { Told } from './row.ts';
import { buildAsk, countRequests, type Row } from './row.ts';

/* The floor: sends the same requests over bare sockets in a thread that only stamps and stores each read. */

const { row, port } = workerData as { row: Row; port: number }; // as subject-process.ts passes it
const offsetMs = measureMonotonicOffsetMs();
const spreadMs = Math.min(3, 500 / row.streams);
const total = countRequests(row);
let next = 0;
let ended = 0;
let reads = 0;

function finish(index: number, startMs: number, instants: Float64Array, ends: Uint32Array): void {
  const { chunks, tokensPerChunk } = buildAsk(row, index);
  const chunkLength = encodeChunk({ tokensPerChunk }).length;
  const stampsMs = new Float64Array(chunks);
  let read = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const chunkEnd = head.length + (chunk + 1) * chunkLength;
    while ((ends[read] ?? Number.POSITIVE_INFINITY) < chunkEnd) read++;
    stampsMs[chunk] = (instants[read] ?? Number.NaN) + offsetMs;
  }
  parentPort?.postMessage({ kind: 'told', told: { index, startMs: startMs + offsetMs, stampsMs } satisfies Told });
}

function run(socket: net.Socket, onDone: () => void): void {
  let instants = new Float64Array();
  let ends = new Uint32Array();
  let bytes = new Uint8Array();
  let index = 0;
  let startMs = 0;
  let count = 0;
  let length = 0;

  const ask = () => {
    if (next >= total) return socket.destroy();
    index = next++;
    count = 0;
    length = 0;
    const { chunks, tokensPerChunk } = buildAsk(row, index);
    instants = new Float64Array(chunks + 8);
    ends = new Uint32Array(chunks + 8);
    bytes = new Uint8Array(head.length + chunks * encodeChunk({ tokensPerChunk }).length + 1_024);
    const body = JSON.stringify(buildAsk(row, index));
    const request = `POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    startMs = performance.now();
    socket.write(request);
    return;
  };
  socket.on('data', (chunk) => {
    instants[count] = performance.now();
    bytes.set(chunk, length);
    length += chunk.length;
    ends[count++] = length;
    // Only the end of a response, "0\r\n\r\n", has "0" and a line feed at these positions.
    if (chunk[chunk.length - 5] !== 48 || chunk[chunk.length - 3] !== 10) return;
    reads += count;
    finish(index, startMs, instants, ends);
    setImmediate(ask);
    if (++ended === total) onDone();
  });
  ask();
}

const sockets = await Promise.all(
  Array.from({ length: row.streams }, async () => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  }),
);
parentPort?.postMessage({ kind: 'ready' });
await new Promise((resolve) => parentPort?.once('message', resolve));
const cpu = process.threadCpuUsage();
const over = Promise.withResolvers<void>();
for (const [k, socket] of sockets.entries()) setTimeout(() => run(socket, over.resolve), k * spreadMs);
await over.promise;
const { user, system } = process.threadCpuUsage(cpu);
parentPort?.postMessage({ kind: 'done', reads, threadCpuUs: user + system });
parentPort?.close();
