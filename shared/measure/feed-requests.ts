import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PhaseLoad } from '../load/phase-load.ts';
import type { Phase, PreparedRequest } from './instrument.ts';
import { createWaitingSigner, type SignClock, signClock } from './sign-waiting.ts';
import type { Taken } from './thread/messages.ts';

/** Bodies that have been prepared and not taken yet, at most; one at least, however large. */
const maxWaitingBytes = 32 * 1_024 * 1_024;
const maxWaitingRequests = 2_048;
/** How long the feeder may keep the worker's main thread before others get a turn. */
const maxTurnMs = 5;

export type Feeder = {
  /** What the measuring thread has taken so far: makes room for more. */
  onTaken(taken: Pick<Taken, 'taken' | 'takenBytes'>): void;
  /** Pulls no more. */
  stop(): void;
  /** Ends when all has been pulled, or it was stopped; rejects where the source fails. */
  done: Promise<void>;
};

export type FeedTarget = {
  /** Takes the body's buffer, which holds nothing else. */
  push(request: PreparedRequest & { body: Uint8Array<ArrayBuffer> }): void;
  /** New headers of a request that was pushed, and not taken yet as far as is known. */
  setHeaders(index: number, headers: Record<string, string>): void;
  prefilled(): void;
  end(): void;
};

/**
 * Pulls a phase's requests and hands them to the measuring thread ahead of need: enough for each stream to take its next
 * one at once, within a bound of bytes. Each body is copied into memory of its own, which then moves to the thread.
 * Requests that need a signature are signed here, on the way, and again while they wait: see `createWaitingSigner`.
 */
export function feedRequests(
  { requests, load, count, ahead = count }: Phase,
  target: FeedTarget,
  clock: SignClock = signClock,
): Feeder {
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
    // Lets the source clean up. Not awaited: it may be waiting for what never comes.
    Promise.resolve(iterator.return?.()).catch(() => {});
  };
  const onTaken: Feeder['onTaken'] = (now) => {
    signer.onTaken(now.taken);
    room.free(now);
  };
  return { onTaken, stop, done: feed().finally(target.end) };
}

/** How much may wait on the other side: counted up here, and down by what that side says it has taken. */
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
