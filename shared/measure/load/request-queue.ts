import type { PreparedRequest } from '../instrument.ts';
import type { RequestQueue } from './load.ts';

export type FillableQueue = RequestQueue & {
  push(requests: readonly PreparedRequest[]): void;
  /** Gives a request that waits other headers. */
  setHeaders(index: number, headers: Record<string, string>): void;
  /** No more will come. */
  end(): void;
  /** Forgets what is waiting; it was never sent. */
  clear(): void;
  length(): number;
};

/** First in, first out. */
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
      // The empty places go now and then, all at once: shifting one by one would move the rest each time.
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
