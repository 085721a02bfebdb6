import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Phase, PreparedRequest } from './instrument.ts';
import { createWaitingSigner, type SignClock, signClock } from './sign-waiting.ts';
import type { Taken } from './thread/messages.ts';

/** Maximum total size in bytes of the request bodies that are waiting to be sent. A single body may be larger. */
const maxWaitingBytes = 32 * 1_024 * 1_024;
const maxWaitingRequests = 2_048;
/** Maximum time in ms before the feeder lets the worker's main thread process other events. */
const maxTurnMs = 5;

export type FeedTarget = {
  /** Sends a request to the measuring thread. Transfers the body's buffer, so this buffer must contain nothing else. */
  push(request: PreparedRequest & { body: Uint8Array<ArrayBuffer> }): void;
  /** Replaces the headers of a pushed request, unless the measuring thread has already taken the request. */
  setHeaders(index: number, headers: Record<string, string>): void;
  prefilled(): void;
  end(): void;
};

/**
 * Pulls a phase's requests from their source and sends them to the measuring thread early enough that no stream waits
 * for its next request. Limits the bytes that are waiting. Signs requests if needed: see `createWaitingSigner`.
 */
export function feedRequests(
  { requests, load, count, ahead = count }: Phase,
  target: FeedTarget,
  clock: SignClock = signClock,
) {
  const iterator = requests[Symbol.asyncIterator]();
  const streams = Math.min('dueMs' in load ? load.maxConcurrency : load.concurrency, ahead);
  const room = createRoom(Math.min(2 * streams + 8, maxWaitingRequests));
  const signer = createWaitingSigner(target.setHeaders, clock);
  let isStopped = false;
  let isPrefilled = false;

  const feed = async () => {
    let turnStartMs = performance.now();
    for (let pushed = 1; !isStopped; pushed++) {
      const next = await iterator.next();
      if (next.done === true || isStopped) return;
      const { index, sign } = next.value;
      const body = new Uint8Array(next.value.body);
      room.use(body.length);
      const signed = sign === undefined ? {} : { headers: await signer.sign(pushed, index, sign) };
      if (isStopped) return;
      target.push({ index, body, ...signed });
      if (!isPrefilled && (pushed >= streams || !room.isFree())) {
        isPrefilled = true;
        target.prefilled();
      }
      while (!isStopped && !room.isFree()) await room.changed();
      if (performance.now() - turnStartMs > maxTurnMs) {
        await nextTurn();
        turnStartMs = performance.now();
      }
    }
  };
  const stop = () => {
    isStopped = true;
    signer.close();
    room.wake();
    // Lets the source clean up. Does not wait, because a blocked source might never return.
    Promise.resolve(iterator.return?.()).catch(() => {});
  };
  return {
    /** Makes room for more requests. `now` counts the requests and bytes that the measuring thread has taken so far. */
    onTaken: (now: Pick<Taken, 'taken' | 'takenBytes'>): void => {
      signer.onTaken(now.taken);
      room.free(now);
    },
    stop,
    /** Resolves when the feeder has pulled all requests or was stopped. Rejects if the source of requests fails. */
    done: feed().finally(target.end),
  };
}

/** Tracks the requests and bytes that were sent to the measuring thread but that it has not taken yet. */
function createRoom(maxRequests: number) {
  let used = 0;
  let usedBytes = 0;
  let taken = 0;
  let takenBytes = 0;
  let change = Promise.withResolvers<void>();
  const wake = () => {
    change.resolve();
    change = Promise.withResolvers();
  };
  return {
    isFree: () => used === taken || (used - taken < maxRequests && usedBytes - takenBytes < maxWaitingBytes),
    use: (bytes: number) => {
      used++;
      usedBytes += bytes;
    },
    free: (now: Pick<Taken, 'taken' | 'takenBytes'>) => {
      ({ taken, takenBytes } = now);
      wake();
    },
    changed: () => change.promise,
    wake,
  };
}
