import { feedRequests } from './feed-requests.ts';
import type { Exchange, Phase, PhaseHandle, PhaseNote, PreparedRequest } from './instrument.ts';
import { createReferenceReader } from './reference-stream.ts';
import type { FromThread, News, ToThread } from './thread/messages.ts';

/** A phase on the main thread: relays messages between the measuring thread and the caller. */
export type MainPhase = {
  handle: PhaseHandle;
  receive(message: Exclude<FromThread, { kind: 'opened' }>): void;
  /** Rejects the phase because the thread has ended. */
  fail(error: Error): void;
};

type Caller = { onExchange: (exchange: Exchange) => void; originMonotonicMs: number };
type Post = (message: ToThread, transfer?: ArrayBuffer[]) => void;

/**
 * Starts a phase on the measuring thread and feeds it. If the source or `onExchange` throws (a bug in the caller), it
 * aborts the phase, and `done` rejects with that error when nothing is open.
 */
export function createPhaseHandle(
  phase: Phase,
  { onExchange, originMonotonicMs }: Caller,
  post: Post,
  onOver: () => void,
): MainPhase {
  const done = Promise.withResolvers<PhaseNote>();
  // A failed phase that nobody awaits must not end the process.
  done.promise.catch(() => {});
  let issued = 0;
  let ended = 0;
  let fault: { error: unknown } | null = null;
  const reference = createReferenceReader(originMonotonicMs);

  const feed = startFeed(phase, post, (error) => breakOff(error));
  const breakOff = (error: unknown) => {
    fault ??= { error };
    feed.end('abort');
  };
  const receiveExchange = (exchange: Exchange) => {
    if (exchange.failure?.kind !== 'max_concurrency') ended++;
    try {
      onExchange(exchange);
    } catch (error) {
      breakOff(error);
    }
  };
  const receiveNews = (news: News) => {
    issued = news.issued;
    feed.onTaken(news);
    for (const exchange of news.references) reference.add(exchange);
    for (const exchange of news.exchanges) receiveExchange(exchange);
  };
  const receive: MainPhase['receive'] = (message) => {
    if (message.kind === 'news') return receiveNews(message);
    feed.close();
    onOver();
    if (fault === null) done.resolve({ ...message.note, calibration: reference.calibration() });
    else done.reject(fault.error);
  };
  const handle: PhaseHandle = {
    done: done.promise,
    stop: () => feed.end('stop'),
    abort: () => feed.end('abort'),
    progress: () => ({ issued, inFlight: issued - ended }),
  };
  const fail = (error: Error) => {
    feed.close();
    done.reject(error);
  };
  return { handle, receive, fail };
}

function startFeed(phase: Phase, post: Post, onError: (error: unknown) => void) {
  const { load, count, startAtMs, lastStartAtMs } = phase;
  let isOver = false;
  // Ignores a source that answers after the phase: the thread may run the next one.
  const tell: Post = (message, transfer) => {
    if (!isOver) post(message, transfer);
  };
  tell({ kind: 'run', order: { load, count, startAtMs, lastStartAtMs } });
  // One message for all requests of a turn, because each message wakes the measuring thread.
  let ready: (PreparedRequest & { body: Uint8Array<ArrayBuffer> })[] = [];
  const pushReady = () => {
    const requests = ready;
    ready = [];
    const bodies = requests.map(({ body }) => body.buffer);
    if (requests.length > 0) tell({ kind: 'requests', requests }, bodies);
  };
  const feeder = feedRequests(phase, {
    push: (request) => {
      if (ready.push(request) === 1) setImmediate(pushReady);
    },
    setHeaders: (index, headers) => {
      pushReady();
      tell({ kind: 'headers', index, headers });
    },
    prefilled: () => {
      pushReady();
      tell({ kind: 'prefilled' });
    },
    end: () => {
      pushReady();
      tell({ kind: 'end' });
    },
  });
  feeder.done.catch(onError);
  return {
    onTaken: feeder.onTaken,
    /** Stops pulling requests and tells the thread how to end the phase. */
    end: (kind: 'stop' | 'abort') => {
      feeder.stop();
      tell({ kind });
    },
    /** Stops pulling and sending, because the phase is over. */
    close: () => {
      isOver = true;
      feeder.stop();
    },
  };
}
