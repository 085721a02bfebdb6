import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import type { FloorRequest, FloorResult, FloorSettings } from './floor-files.ts';

/* Sends requests over bare sockets, takes the time of each read and keeps the bytes; reads them when all is over. */

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

/** A closed loop over so many connections, each new, opened before anything is sent. */
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
    // The last chunk is "0" and then two line ends: only there does a line feed stand before a line end.
    const { length } = bytes;
    if (bytes[length - 5] === 48 && bytes[length - 3] === 10) setImmediate(ask);
  });
  ask();
  return done.promise;
}

function readRecord({ number, startMs, reads }: Recorded): FloorResult['records'][number] {
  const stampsMs = reads.flatMap(({ atMs, bytes }) => Array<number>(tokensIn(bytes)).fill(atMs));
  const [firstMs = Number.NaN, lastMs = Number.NaN] = [stampsMs[0], stampsMs.at(-1)];
  return {
    promptNumber: number,
    ttftMs: firstMs - startMs,
    tpotMs: stampsMs.length < 2 ? null : (lastMs - firstMs) / (stampsMs.length - 1),
    e2eMs: lastMs - startMs,
  };
}

/** The server writes each token by itself, so none is cut by a read of loopback. */
function tokensIn(bytes: Buffer): number {
  return bytes.toString('latin1').split('"finish_reason":null').length - 1;
}
