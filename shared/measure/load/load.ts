import type { PreparedRequest } from '../instrument.ts';

/** Prepared requests that wait to be sent. A request that is taken is sent or refused, and never put back. */
export interface RequestQueue {
  take(): PreparedRequest | null;
  /** Returns whether nothing waits and nothing more will come. */
  isDrained(): boolean;
  /** Calls the listener when requests arrive, and when no more will come. */
  onChange(listener: () => void): void;
}

/** The clock and sockets of a load generator, real or simulated. Times are in ms. */
export type LoadContext = {
  nowMs(): number;
  /** Runs the task at the given time or soon after; returns a function that cancels it. */
  schedule(atMs: number, task: () => void): () => void;
  queue: RequestQueue;
  /**
   * Sends the request; calls `onEnd` after the exchange ends, never synchronously. `dueMs` null: due when it starts.
   */
  send(request: PreparedRequest, dueMs: number | null, onEnd: () => void): void;
  /** Records a request that was due and could not be sent. */
  refuse(request: PreparedRequest, dueMs: number): void;
  /** Called once, when nothing is open and nothing more will start. */
  onDone(): void;
};

export type LoadOptions = {
  startMs: number;
  /** Time between the starts of two slots, so that their first requests do not share one tick. */
  spreadMs: number;
};

export type Load = {
  /** Stops starting requests. `onDone` follows when the open ones have ended. */
  stop(): void;
};

/** Creates a first-in, first-out queue. */
export function createRequestQueue() {
  let waiting: (PreparedRequest | undefined)[] = [];
  let first = 0;
  let ended = false;
  const listeners: (() => void)[] = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const length = () => waiting.length - first;
  return {
    take: (): PreparedRequest | null => {
      const request = waiting[first];
      if (request === undefined) return null;
      waiting[first++] = undefined;
      // Removes the empty places in batches, because each single shift would move the rest.
      if (first >= 256) {
        waiting = waiting.slice(first);
        first = 0;
      }
      return request;
    },
    isDrained: () => ended && length() === 0,
    onChange: (listener: () => void) => {
      listeners.push(listener);
    },
    push: (requests: readonly PreparedRequest[]) => {
      for (const request of requests) waiting.push(request);
      tell();
    },
    /** Replaces the headers of a waiting request. */
    setHeaders: (index: number, headers: Record<string, string>) => {
      const request = waiting.find((one) => one?.index === index);
      if (request !== undefined) request.headers = headers;
    },
    /** Signals that no more requests will come. */
    end: () => {
      ended = true;
      tell();
    },
    length,
  };
}
