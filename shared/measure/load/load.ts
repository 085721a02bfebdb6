import type { PreparedRequest } from '../instrument.ts';

/** The prepared requests that wait to be sent. A taken request is sent or refused; it is never put back. */
export interface RequestQueue {
  take(): PreparedRequest | null;
  /** Returns whether the queue is empty and no more requests will come. */
  isDrained(): boolean;
  /** Calls the listener each time requests arrive, and when no more requests will come. */
  onChange(listener: () => void): void;
}

/** Clock and request functions of a load generator, either real or simulated. Times are in ms. */
export type LoadContext = {
  nowMs(): number;
  /** Runs the task at the given time or soon afterwards. Returns a function that cancels the task. */
  schedule(atMs: number, task: () => void): () => void;
  queue: RequestQueue;
  /** Sends a request. Calls `onEnd` after `send` returns. If `dueMs` is null, the request is due when it starts. */
  send(request: PreparedRequest, dueMs: number | null, onEnd: () => void): void;
  /** Records a request that was due but was not sent, because too many requests were open. */
  refuse(request: PreparedRequest, dueMs: number): void;
  /** Called once, when no request is open and no further request will start. */
  onDone(): void;
};

export type LoadOptions = {
  startMs: number;
  /** Delay in ms between the starts of two streams, so that their first requests do not start at the same time. */
  spreadMs: number;
};

export type Load = {
  /** Stops starting requests. `onDone` is called when the open requests have ended. */
  stop(): void;
};

/** Creates a first-in, first-out queue of requests. */
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
      // Removes the used entries at the start of the array in batches, because each `shift` would move the whole array.
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
