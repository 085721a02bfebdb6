import { type Feeder, feedRequests } from './feed-requests.ts';
import type { Exchange, Phase, PhaseHandle, PhaseNote } from './instrument.ts';
import type { FromThread, ToThread } from './thread/messages.ts';

/** A phase as the main thread sees it: what the thread says comes in, what the caller says goes out. */
export type MainPhase = {
  handle: PhaseHandle;
  receive(message: Exclude<FromThread, { kind: 'opened' }>): void;
  /** The thread is gone. */
  fail(error: Error): void;
};

type Post = (message: ToThread, transfer?: ArrayBuffer[]) => void;

/**
 * Starts a phase on the measuring thread and feeds it. A failing source or a failing `onExchange` is a bug of the caller:
 * the phase is aborted, and `done` rejects with it once nothing is open any more.
 */
export function createPhaseHandle(
  phase: Phase,
  onExchange: (exchange: Exchange) => void,
  post: Post,
  onOver: () => void,
): MainPhase {
  const done = Promise.withResolvers<PhaseNote>();
  // Whoever awaits it sees the failure; a phase nobody awaits must not end the process.
  done.promise.catch(() => {});
  let issued = 0;
  let ended = 0;
  let fault: { error: unknown } | null = null;
  let isOver = false;

  const { load, count, startAtMs, lastStartAtMs } = phase;
  post({ kind: 'run', order: { load, count, startAtMs, lastStartAtMs } });
  // A source that answers after the phase is over has nobody to answer to: the thread may be at the next phase.
  const tell: Post = (message, transfer) => {
    if (!isOver) post(message, transfer);
  };
  const feeder: Feeder = feedRequests(phase, {
    push: ({ index, body }) => tell({ kind: 'requests', requests: [{ index, body }] }, [body.buffer]),
    prefilled: () => tell({ kind: 'prefilled' }),
    end: () => tell({ kind: 'end' }),
  });
  const stop = (kind: 'stop' | 'abort') => {
    feeder.stop();
    tell({ kind });
  };
  const breakOff = (error: unknown) => {
    fault ??= { error };
    stop('abort');
  };
  feeder.done.catch(breakOff);

  const receiveExchange = (exchange: Exchange) => {
    if (exchange.failure?.kind !== 'max_concurrency') ended++;
    try {
      onExchange(exchange);
    } catch (error) {
      breakOff(error);
    }
  };
  const receive: MainPhase['receive'] = (message) => {
    if (message.kind === 'exchange') return receiveExchange(message.exchange);
    issued = message.issued;
    if (message.kind === 'taken') return feeder.onTaken(message);
    isOver = true;
    isOver = true;
    feeder.stop();
    onOver();
    if (fault === null) done.resolve(message.note);
    else done.reject(fault.error);
  };
  return {
    handle: {
      done: done.promise,
      stop: () => stop('stop'),
      abort: () => stop('abort'),
      // An exchange may be told of before the count that it belongs to.
      progress: () => ({ issued: Math.max(issued, ended), inFlight: Math.max(0, issued - ended) }),
    },
    receive,
    fail: (error) => {
      isOver = true;
      feeder.stop();
      done.reject(error);
    },
  };
}
