import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long work, divided into steps of less than 1 ms each. Returns its result at the end. */
export type Steps<Result> = Generator<void, Result, void>;

/** Time in ms after which long work lets the event loop process other events. */
const maxSliceMs = 5;

/** Resolves when each waiting piece of work has run for one slice. */
let queue: Promise<void> = Promise.resolve();

/**
 * Runs long work in slices, so that requests and heartbeats never wait for it. If several pieces of work are in
 * progress, each turn of the event loop runs one slice of one of them.
 * @param signal ends the work between two slices
 * @throws the signal's reason if the signal ends the work
 */
export async function runInSlices<Result>(steps: Steps<Result>, signal?: AbortSignal): Promise<Result> {
  for (let startMs = performance.now(); ; ) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() - startMs < maxSliceMs) continue;
    queue = queue.then(() => nextTurn());
    await queue;
    signal?.throwIfAborted();
    startMs = performance.now();
  }
}

/** Runs work without a pause. Use it only for short work. */
export function runAtOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
