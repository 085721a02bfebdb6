import { feedRequests } from './feed-requests.ts';
import type { Exchange, ExchangePart, OnPart, Phase, PhaseHandle, PhaseNote, PreparedRequest } from './instrument.ts';
import { createPartJoiner } from './join-parts.ts';
import { createReferenceReader } from './reference-stream.ts';
import type { FromThread, News, ToThread } from './thread/messages.ts';

/** The main thread's side of a phase. Relays messages between the measuring thread and the caller. */
export type MainPhase = {
  handle: PhaseHandle;
  receive(message: Exclude<FromThread, { kind: 'opened' }>): void;
  /** Rejects the phase's `done` promise, because the measuring thread has exited. */
  fail(error: Error): void;
};

type Caller = { onExchange: (exchange: Exchange) => void; onPart: OnPart | undefined; originMonotonicMs: number };
type Post = (message: ToThread, transfer?: ArrayBuffer[]) => void;

/**
 * Starts a phase on the measuring thread and sends it requests. If the source or `onExchange` throws (a bug in the
 * caller), the phase is aborted. Once no request is open, `done` rejects with the thrown error.
 */
export function createPhaseHandle(
  phase: Phase,
  { onExchange, onPart, originMonotonicMs }: Caller,
  post: Post,
  onOver: () => void,
): MainPhase {
  const done = Promise.withResolvers<PhaseNote>();
  // If a phase fails and nobody awaits this promise, the rejection must not end the process.
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
  const joiner = createPartJoiner();
  const receivePart = (part: ExchangePart) => {
    const reading = onPart === undefined ? joiner.add(part) : onPart(part);
    // If reading fails, the caller ends the phase.
    reading.catch(() => {}).then(() => post({ kind: 'read', bytes: part.bytes.length }));
  };
  const receiveExchange = (exchange: Exchange) => {
    if (exchange.failure?.kind !== 'max_concurrency') ended++;
    try {
      onExchange(joiner.join(exchange));
    } catch (error) {
      breakOff(error);
    }
  };
  const receiveNews = (news: News) => {
    issued = news.issued;
    feed.onTaken(news);
    // Reports exclude disturbed requests, so the measurement error excludes disturbed reference exchanges.
    for (const exchange of news.references) if (!exchange.disturbed) reference.add(exchange);
    for (const part of news.parts) receivePart(part);
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
  // Drops requests that a source yields after the phase is over, because the thread may be running the next phase.
  const tell: Post = (message, transfer) => {
    if (!isOver) post(message, transfer);
  };
  tell({ kind: 'run', order: { load, count, startAtMs, lastStartAtMs } });
  // Sends all requests of one event-loop turn in one message, because each message wakes the measuring thread.
  let ready: (PreparedRequest & { body: Uint8Array<ArrayBuffer> })[] = [];
  const pushReady = () => {
    const requests = ready;
    ready = [];
    const bodies = requests.map(({ body }) => body.buffer);
    if (requests.length > 0) tell({ kind: 'requests', requests }, bodies);
  };
  const tellInOrder = (message: ToThread) => {
    pushReady();
    tell(message);
  };
  const feeder = feedRequests(phase, {
    push: (request) => {
      if (ready.push(request) === 1) setImmediate(pushReady);
    },
    setHeaders: (index, headers) => tellInOrder({ kind: 'headers', index, headers }),
    prefilled: () => tellInOrder({ kind: 'prefilled' }),
    end: () => tellInOrder({ kind: 'end' }),
  });
  feeder.done.catch(onError);
  return {
    onTaken: feeder.onTaken,
    /** Stops pulling requests, and tells the measuring thread to stop or abort the phase. */
    end: (kind: 'stop' | 'abort') => {
      feeder.stop();
      tell({ kind });
    },
    /** Stops pulling requests and posting messages, because the phase is over. */
    close: () => {
      isOver = true;
      feeder.stop();
    },
  };
}
