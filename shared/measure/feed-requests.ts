import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PhaseLoad } from '../load/modes/load-mode.ts';
import type { Phase, PreparedRequest } from './instrument.ts';
import { createWaitingSigner, type SignClock, signClock } from './sign-waiting.ts';
import type { Taken } from './thread/messages.ts';

/** Limits of the prepared bodies that wait; one body may wait even if it is larger. */
const maxWaitingBytes = 32 * 1_024 * 1_024;
const maxWaitingRequests = 2_048;
/** Time after which the feeder yields the worker's main thread. */
const maxTurnMs = 5;

export type FeedTarget = {
  /** Takes ownership of the body's buffer, which contains only this body. */
  push(request: PreparedRequest & { body: Uint8Array<ArrayBuffer> }): void;
  /** Replaces the headers of a pushed request that the measuring thread may not have taken yet. */
  setHeaders(index: number, headers: Record<string, string>): void;
  prefilled(): void;
  end(): void;
};

/**
 * Pulls a phase's requests and hands them to the measuring thread early enough that each stream can take its next
 * request at once, within a limit of bytes. Signs requests if needed: see `createWaitingSigner`.
 */
export function feedRequests(
  { requests, load, count, ahead = count }: Phase,
  target: FeedTarget,
  clock: SignClock = signClock,
) {
  const iterator = requests[Symbol.asyncIterator]();
  const streams = Math.min(countStreams(load), ahead);
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
      if (sign === undefined) target.push({ index, body });
      else {
        const headers = await signer.sign(pushed, index, sign);
        if (isStopped) return;
        target.push({ index, body, headers });
      }
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
    // Lets the source clean up. Not awaited, because the source may wait forever.
    Promise.resolve(iterator.return?.()).catch(() => {});
  };
  return {
    /** Makes room for more requests, from the totals that the measuring thread has taken. */
    onTaken: (now: Pick<Taken, 'taken' | 'takenBytes'>): void => {
      signer.onTaken(now.taken);
      room.free(now);
    },
    /** Stops pulling requests. */
    stop,
    /** Resolves when all requests have been pulled or the feeder was stopped; rejects if the source fails. */
    done: feed().finally(target.end),
  };
}

/** Tracks how much waits on the measuring thread: `use` adds what was sent, `free` subtracts what was taken. */
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

function countStreams(load: PhaseLoad): number {
  return 'dueMs' in load ? load.maxConcurrency : load.concurrency;
}
