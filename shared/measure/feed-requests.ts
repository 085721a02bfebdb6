import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Phase, PhaseLoad } from './instrument.ts';
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
  push(request: { index: number; body: Uint8Array<ArrayBuffer> }): void;
  prefilled(): void;
  end(): void;
};

/**
 * Pulls a phase's requests and hands them to the measuring thread ahead of need: enough for each stream to take its next
 * one at once, within a bound of bytes. Each body is copied into memory of its own, which then moves to the thread.
 */
export function feedRequests({ requests, load, count }: Phase, target: FeedTarget): Feeder {
  const iterator = requests[Symbol.asyncIterator]();
  const streams = Math.min(streamsOf(load), count);
  const lookahead = Math.min(2 * streams + 8, maxWaitingRequests);
  let pushed = 0;
  let pushedBytes = 0;
  let taken = 0;
  let takenBytes = 0;
  let isStopped = false;
  let isPrefilled = false;
  let wake = () => {};

  const hasRoom = () => {
    const waiting = pushed - taken;
    return waiting === 0 || (waiting < lookahead && pushedBytes - takenBytes < maxWaitingBytes);
  };
  const tellPrefilled = () => {
    if (isPrefilled || (hasRoom() && pushed < streams)) return;
    isPrefilled = true;
    target.prefilled();
  };
  const room = async () => {
    while (!isStopped && !hasRoom()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const feed = async () => {
    let turnStartMs = performance.now();
    while (!isStopped) {
      const next = await iterator.next();
      if (next.done === true || isStopped) break;
      const body = new Uint8Array(next.value.body);
      pushed++;
      pushedBytes += body.length;
      target.push({ index: next.value.index, body });
      tellPrefilled();
      await room();
      if (performance.now() - turnStartMs > maxTurnMs) {
        await nextTurn();
        turnStartMs = performance.now();
      }
    }
  };
  const stop = () => {
    isStopped = true;
    wake();
    // Lets the source clean up. Not awaited: it may be waiting for what never comes.
    Promise.resolve(iterator.return?.()).catch(() => {});
  };
  return {
    onTaken: (now) => {
      taken = now.taken;
      takenBytes = now.takenBytes;
      if (hasRoom()) wake();
    },
    stop,
    done: feed().finally(target.end),
  };
}

function streamsOf(load: PhaseLoad): number {
  return load.mode === 'rate' ? load.maxConcurrency : load.concurrency;
}
