import type { PreparedRequest } from '../instrument.ts';
import type { RequestQueue } from './load.ts';

export type FillableQueue = RequestQueue & {
  push(requests: readonly PreparedRequest[]): void;
  /** Replaces the headers of a waiting request. */
  setHeaders(index: number, headers: Record<string, string>): void;
  /** Signals that no more requests will come. */
  end(): void;
  /** Drops the waiting requests, which were never sent. */
  clear(): void;
  length(): number;
};

/** Creates a first-in, first-out queue. */
export function createRequestQueue(): FillableQueue {
  let waiting: (PreparedRequest | undefined)[] = [];
  let first = 0;
  let ended = false;
  const listeners: (() => void)[] = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const length = () => waiting.length - first;
  return {
    take: () => {
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
    onChange: (listener) => listeners.push(listener),
    push: (requests) => {
      for (const request of requests) waiting.push(request);
      tell();
    },
    setHeaders: (index, headers) => {
      const request = waiting.find((one) => one?.index === index);
      if (request !== undefined) request.headers = headers;
    },
    end: () => {
      ended = true;
      tell();
    },
    clear: () => {
      waiting = [];
      first = 0;
    },
    length,
  };
}
