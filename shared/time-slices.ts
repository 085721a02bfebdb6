import { setImmediate as nextTurn } from 'node:timers/promises';

/** Time in ms after which long work lets the event loop process other events. */
const maxSliceMs = 5;

/** Resolves when all work that waits has had its slice. */
let queue: Promise<void> = Promise.resolve();

export type TimeSlices = ReturnType<typeof startSlices>;

/**
 * Divides long work on the event loop into slices, so that requests and heartbeats never wait for it. If several pieces
 * of work are in progress, each turn of the event loop runs one slice of one of them.
 * @param signal ends the work between two slices
 */
export function startSlices(signal?: AbortSignal) {
  let startMs = performance.now();
  return {
    isOver: (): boolean => performance.now() - startMs > maxSliceMs,
    /** Waits for the next slice. @throws the signal's reason if the work must end */
    next: async (): Promise<void> => {
      queue = queue.then(() => nextTurn());
      await queue;
      signal?.throwIfAborted();
      startMs = performance.now();
    },
  };
}
