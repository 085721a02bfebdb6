import type { PreparedRequest } from '../instrument.ts';

/** Prepared requests waiting to be sent. Taking one is reserving it: it is sent, or refused, and never put back. */
export interface RequestQueue {
  take(): PreparedRequest | null;
  /** Nothing is waiting, and nothing will come. */
  isDrained(): boolean;
  /** Told whenever requests have come, and when it is known that no more will. */
  onChange(listener: () => void): void;
}

/** What a load generator works with: the real clock and sockets, or simulated ones. Instants in ms. */
export type LoadContext = {
  nowMs(): number;
  /** Runs the task at the instant or soon after; returns what calls it off. */
  schedule(atMs: number, task: () => void): () => void;
  queue: RequestQueue;
  /** Sends; calls back once the exchange has ended, never before it has returned. `dueMs` null: due when it starts. */
  send(request: PreparedRequest, dueMs: number | null, onEnd: () => void): void;
  /** Accounts for a request that was due and could not be sent. */
  refuse(request: PreparedRequest, dueMs: number): void;
  /** Called once: nothing is open and nothing more will start. */
  onDone(): void;
};

export type LoadOptions = {
  startMs: number;
  /** Between the starts of one slot and the next, so that their first requests do not meet in one tick. */
  spreadMs: number;
};

export type Load = {
  /** Starts no further request. `onDone` follows when the open ones have ended. */
  stop(): void;
};

/** Frees the slots of a closed loop one after another; returns what calls off those that are still to come. */
export function startSlots(
  context: Pick<LoadContext, 'schedule'>,
  slots: number,
  { startMs, spreadMs }: LoadOptions,
  onFree: () => void,
): () => void {
  const callOffs = Array.from({ length: slots }, (_, slot) => context.schedule(startMs + slot * spreadMs, onFree));
  return () => {
    for (const callOff of callOffs) callOff();
  };
}
