import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import type { FloorRequest, FloorResult, FloorSettings } from './floor.ts';

/* Sends requests over bare sockets, stamps and stores each read, and interprets the bytes at the end. */

type Recorded = { number: number; startMs: number; reads: { atMs: number; bytes: Buffer }[] };

const [dir = '.'] = process.argv.slice(2);
const { port, concurrency, warmup, measured }: FloorSettings = JSON.parse(
  readFileSync(join(dir, 'settings.json'), 'utf8'),
);
const startSpacingMs = 3;

await runAll(warmup);
const before = process.cpuUsage();
const recorded = await runAll(measured);
const { user, system } = process.cpuUsage(before);
const result: FloorResult = { records: recorded.map(readRecord), cpuSeconds: (user + system) / 1e6 };
writeFileSync(join(dir, 'floor.json'), JSON.stringify(result));

/** Runs a closed loop over new connections, which are all opened before the first request. */
async function runAll(requests: readonly FloorRequest[]): Promise<Recorded[]> {
  const waiting = requests.values();
  const sockets = await Promise.all(Array.from({ length: concurrency }, connect));
  const ended = sockets.map(async (socket, place) => {
    await new Promise((resolve) => setTimeout(resolve, place * startSpacingMs));
    return runOne(socket, waiting);
  });
  return (await Promise.all(ended)).flat();
}

async function connect(): Promise<net.Socket> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function runOne(socket: net.Socket, waiting: Iterator<FloorRequest>): Promise<Recorded[]> {
  const done = Promise.withResolvers<Recorded[]>();
  const recorded: Recorded[] = [];
  let reads: Recorded['reads'] = [];
  const ask = () => {
    const next = waiting.next();
    if (next.done === true) {
      socket.destroy();
      done.resolve(recorded);
      return;
    }
    const { number, body } = next.value;
    const request = `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    reads = [];
    recorded.push({ number, startMs: performance.now(), reads });
    socket.write(request, 'latin1');
  };
  socket.on('error', done.reject);
  socket.on('data', (bytes) => {
    const atMs = performance.now();
    reads.push({ atMs, bytes });
    // Only the last chunk, "0" and two line ends, has "0" and a line feed at these positions.
    const { length } = bytes;
    if (bytes[length - 5] === 48 && bytes[length - 3] === 10) setImmediate(ask);
  });
  ask();
  return done.promise;
}

function readRecord({ number, startMs, reads }: Recorded): FloorResult['records'][number] {
  const stampsMs = reads.flatMap(({ atMs, bytes }) => Array<number>(countTokens(bytes)).fill(atMs));
  const [firstMs = Number.NaN, lastMs = Number.NaN] = [stampsMs[0], stampsMs.at(-1)];
  return {
    promptNumber: number,
    ttftMs: firstMs - startMs,
    tpotMs: stampsMs.length < 2 ? null : (lastMs - firstMs) / (stampsMs.length - 1),
    e2eMs: lastMs - startMs,
  };
}

/** Counts tokens. The server writes each token separately, so a loopback read does not split one. */
function countTokens(bytes: Buffer): number {
  return bytes.toString('latin1').split('"finish_reason":null').length - 1;
}
