import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ReplaySchedule } from './build-schedule.ts';

export type ReplayServer = { url: string; close(): void };

/** Time in ms before a write in which the server looks at the clock in each turn, because timers are late. */
const watchedMs = 3;

/**
 * Serves schedules over raw sockets on loopback. The requests of all connections get the schedules in order, again and
 * again. Each time counts from the arrival of the whole request.
 * @param port port to listen on; 0 chooses a free one
 */
export async function serveExchanges(schedules: readonly ReplaySchedule[], port: number): Promise<ReplayServer> {
  let served = 0;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const readRequests = createRequestReader();
    let playing = Promise.resolve();
    socket.on('data', (bytes) => {
      const arrivedAtMs = performance.now();
      for (let count = readRequests(bytes); count > 0; count--) {
        const schedule = schedules[served++ % schedules.length];
        if (schedule !== undefined) playing = playing.then(() => play(schedule, socket, arrivedAtMs));
      }
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // an object, because it listens on an address and not on a pipe
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function play({ writes, end }: ReplaySchedule, socket: net.Socket, startMs: number): Promise<void> {
  for (const { atMs, bytes } of writes) {
    await waitUntil(startMs + atMs);
    if (socket.destroyed) return;
    socket.write(bytes);
  }
  if (end.kind === 'keep') return;
  await waitUntil(startMs + end.atMs);
  if (end.kind === 'reset') socket.resetAndDestroy();
  else socket.end();
}

async function waitUntil(atMs: number): Promise<void> {
  const restMs = atMs - performance.now() - watchedMs;
  if (restMs > 0) await sleep(restMs);
  while (performance.now() < atMs) await nextTurn();
}

/** Creates a function that takes the bytes of a connection piece by piece, and returns how many requests each piece completes. */
function createRequestReader(): (bytes: Buffer) => number {
  let held: Buffer = Buffer.alloc(0);
  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    let count = 0;
    for (let end = findRequestEnd(held); end !== null; end = findRequestEnd(held)) {
      held = held.subarray(end);
      count++;
    }
    return count;
  };
}

/** Returns the offset at which the first request ends; null if it is not complete. */
function findRequestEnd(bytes: Buffer): number | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = bytes.toString('latin1', 0, headEnd);
  const bodyStart = headEnd + 4;
  if (/^transfer-encoding:[ \t]*chunked/im.test(head)) {
    const last = bytes.indexOf('0\r\n\r\n', bodyStart);
    return last < 0 ? null : last + 5;
  }
  const end = bodyStart + Number(/^content-length:[ \t]*(\d+)/im.exec(head)?.[1] ?? 0);
  return bytes.length < end ? null : end;
}
