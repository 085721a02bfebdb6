import { type Feeder, feedRequests } from './feed-requests.ts';
import type { Exchange, Phase, PhaseHandle, PhaseNote, PreparedRequest } from './instrument.ts';
import { createReferenceReader } from './reference-stream.ts';
import type { FromThread, News, ToThread } from './thread/messages.ts';

/** A phase as the main thread sees it: what the thread says comes in, what the caller says goes out. */
export type MainPhase = {
  handle: PhaseHandle;
  receive(message: Exclude<FromThread, { kind: 'opened' }>): void;
  /** The thread is gone. */
  fail(error: Error): void;
};

type Caller = { onExchange: (exchange: Exchange) => void; originMonotonicMs: number };
type Post = (message: ToThread, transfer?: ArrayBuffer[]) => void;

/**
 * Starts a phase on the measuring thread and feeds it. A failing source or a failing `onExchange` is a bug of the caller:
 * the phase is aborted, and `done` rejects with it once nothing is open any more.
 */
export function createPhaseHandle(
  phase: Phase,
  { onExchange, originMonotonicMs }: Caller,
  post: Post,
  onOver: () => void,
): MainPhase {
  const done = Promise.withResolvers<PhaseNote>();
  // Whoever awaits it sees the failure; a phase nobody awaits must not end the process.
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

type Feed = {
  onTaken: Feeder['onTaken'];
  /** Pulls no more requests, and tells the thread how the phase is to end. */
  end(kind: 'stop' | 'abort'): void;
  /** The phase is over: nothing is pulled or told any more. */
  close(): void;
};

function startFeed(phase: Phase, post: Post, onError: (error: unknown) => void): Feed {
  const { load, count, startAtMs, lastStartAtMs } = phase;
  let isOver = false;
  // A source that answers after the phase is over has nobody to answer to: the thread may be at the next phase.
  const tell: Post = (message, transfer) => {
    if (!isOver) post(message, transfer);
  };
  tell({ kind: 'run', order: { load, count, startAtMs, lastStartAtMs } });
  // What is prepared in one turn goes in one message: each wakes the measuring thread up.
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
    end: (kind) => {
      feeder.stop();
      tell({ kind });
    },
    close: () => {
      isOver = true;
      feeder.stop();
    },
  };
}
