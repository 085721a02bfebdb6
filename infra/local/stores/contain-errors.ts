import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Callback, Entries, ItemDb, Store } from 'dynalite/db/index.js';

/*
 * dynalite throws an unexpected error, such as its own programming errors, in a callback outside any handler, which
 * would end the service. Here, such an error fails only the request during which it occurred.
 */

type Request = { fail(error: unknown): void; locks: Set<() => void> };
const requests = new AsyncLocalStorage<Request>();

/** Handles a request with dynalite. If dynalite throws, now or in a later callback, the client gets status 507. */
export function handleContained(handle: RequestListener, message: IncomingMessage, response: ServerResponse): void {
  const request: Request = { fail: (error) => failRequest(request, response, error), locks: new Set() };
  requests.run(request, () => contain(handle)(message, response));
  // dynalite does its work in the listener of this event, which Node.js calls outside the context of the request.
  for (const listener of message.listeners('end')) {
    message.removeListener('end', listener as () => void); // listeners of this event have no arguments
    message.on('end', () => requests.run(request, () => contain(() => listener.call(message))()));
  }
}

/** Contains errors in the callbacks and streams of dynalite's key-value store. */
export function containEntries(entries: Entries): Entries {
  return {
    get: (key, callback) => entries.get(key, containCallback(callback)),
    put: (key, value, callback) => entries.put(key, value, containCallback(callback)),
    del: (key, callback) => entries.del(key, containCallback(callback)),
    batch: (operations, callback) => entries.batch(operations, containCallback(callback)),
    createKeyStream: (range) => containStream(entries.createKeyStream(range)),
    createValueStream: (range) => containStream(entries.createValueStream(range)),
  };
}

/** Releases the locks of a failed request, so that later requests for the same items do not wait without end. */
export function containLocks(store: Store): void {
  const getItemDb = store.getItemDb;
  const contained = new WeakSet<ItemDb>();
  store.getItemDb = (name) => {
    const itemDb = getItemDb(name);
    if (!contained.has(itemDb)) itemDb.lock = containLock(itemDb.lock);
    contained.add(itemDb);
    return itemDb;
  };
}

function containLock(lock: ItemDb['lock']): ItemDb['lock'] {
  return (key, execute) => {
    const held = requests.getStore()?.locks;
    // The previous holder of the lock runs this function, so the context of this request must be bound.
    const start = AsyncLocalStorage.bind(contain(execute));
    lock(key, (release) => {
      const unlock = release(() => {});
      held?.add(unlock);
      start((done) => {
        const finish = release(done);
        return (...values) => {
          held?.delete(unlock);
          finish(...values);
        };
      });
    });
  };
}

function containStream(stream: Readable): Readable {
  const request = requests.getStore();
  if (request === undefined) return stream;
  const emit = stream.emit.bind(stream);
  stream.emit = (name: string | symbol, ...values: unknown[]) => {
    try {
      return emit(name, ...values);
    } catch (error) {
      request.fail(error);
      stream.destroy();
      return true;
    }
  };
  return stream;
}

const containCallback = <T>(callback: Callback<T>): Callback<T> => contain(callback);

function contain<Values extends unknown[]>(call: (...values: Values) => unknown): (...values: Values) => void {
  return (...values) => {
    try {
      call(...values);
    } catch (error) {
      const request = requests.getStore();
      if (request === undefined) throw error;
      request.fail(error);
    }
  };
}

/** Answers with a status that the AWS SDK does not retry. The service logs the message, with the stack of the error. */
function failRequest({ locks }: Request, response: ServerResponse, error: unknown): void {
  for (const unlock of locks) unlock();
  locks.clear();
  if (response.headersSent || response.destroyed) return;
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = `The embedded table had an internal error: ${cause}`;
  response.writeHead(507, { 'Content-Type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#StorageFailed', message }));
}
