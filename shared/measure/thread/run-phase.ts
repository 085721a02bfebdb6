import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange, PhaseLoad, PhaseNote, PreparedRequest } from '../instrument.ts';
import type { Load, LoadContext, LoadOptions } from '../load/load.ts';
import { createRequestQueue } from '../load/request-queue.ts';
import { runConcurrency } from '../load/run-concurrency.ts';
import { runRate } from '../load/run-rate.ts';
import { runRounds } from '../load/run-rounds.ts';
import type { PhaseOrder, Taken } from './messages.ts';
import { type RequestDeps, TimedRequest } from './timed-request.ts';
import { watchHealth } from './watch-health.ts';

/** The slots of a closed loop start this far apart, and all of them within half a second. */
const spreadMs = 3;
const maxRampMs = 500;
/** How long the load's start waits for its first requests, and for connections. */
const prefillTimeoutMs = 2_000;
const warmTimeoutMs = 2_000;
/** Connections are opened this long before an agreed start: late enough to be still open then. */
const warmLeadMs = 1_500;
const connectionSpacingMs = 1;

export type PhaseReport = {
  onExchange(exchange: Exchange): void;
  onTaken(taken: Taken): void;
  onDone(note: PhaseNote, taken: Taken): void;
};

export type RunningPhase = {
  push(requests: readonly PreparedRequest[]): void;
  prefilled(): void;
  /** No more requests will come. */
  end(): void;
  stop(): void;
  abort(): void;
};

/** Runs one phase on the measuring thread: connections first, then the load from its agreed instant. */
export function runPhase(deps: RequestDeps, order: PhaseOrder, report: PhaseReport): RunningPhase {
  const { clock } = deps;
  const queue = createRequestQueue();
  const open = new Set<TimedRequest>();
  const taken: Taken = { taken: 0, takenBytes: 0, issued: 0 };
  const prefill = Promise.withResolvers<void>();
  const ending = new AbortController();
  let load: Load | null = null;
  let isTold = true;

  const tellTaken = () => {
    if (!isTold) return;
    isTold = false;
    setImmediate(() => {
      isTold = true;
      report.onTaken({ ...taken });
    });
  };
  const take = () => {
    const request = queue.take();
    if (request !== null) {
      taken.taken++;
      taken.takenBytes += request.body.length;
      tellTaken();
    }
    return request;
  };
  const context: Omit<LoadContext, 'onDone'> = {
    ...clock,
    queue: { ...queue, take },
    send: (request, dueMs, onEnd) => {
      const timed: TimedRequest = new TimedRequest(deps, request, dueMs, (exchange) => {
        open.delete(timed);
        report.onExchange(exchange);
        // The next turn: reads that wait on other streams come first, and so does a server's closing of this connection
        // right behind its response.
        setImmediate(onEnd);
      });
      open.add(timed);
      taken.issued++;
      timed.send();
    },
    refuse: (request, dueMs) => report.onExchange(refusedExchange(request.index, dueMs)),
  };
  const stop = () => {
    ending.abort();
    load?.stop();
  };
  const begin = async () => {
    const waits = [
      within(prefill.promise, startDelay(order) + prefillTimeoutMs, ending.signal),
      warmConnections(deps, order, ending.signal),
    ];
    await Promise.all(waits);
    await pause(startDelay(order), ending.signal);
    const endHealth = watchHealth();
    const startMs = clock.nowMs();
    const startLateMs = order.startAtMs === null ? null : Math.max(0, Date.now() - order.startAtMs);
    const callOff = scheduleLastStart(clock.schedule, clock.nowMs, order.lastStartAtMs, stop);
    const onDone = () => {
      callOff();
      // Out of the load's own call, and after the exchanges of this turn.
      setImmediate(() => report.onDone({ startMs, startLateMs, endMs: clock.nowMs(), ...endHealth() }, { ...taken }));
    };
    load = startLoad({ ...context, onDone }, order.load, startMs);
    if (ending.signal.aborted) load.stop();
  };
  const running = begin();
  running.catch((error: unknown) => {
    // A bug, and one that must be heard: the thread ends with it.
    setImmediate(() => {
      throw error;
    });
  });
  return {
    push: queue.push,
    prefilled: prefill.resolve,
    end: () => {
      prefill.resolve();
      queue.end();
    },
    stop,
    abort: () => {
      stop();
      for (const request of [...open]) request.abort();
    },
  };
}

function startLoad(context: LoadContext, load: PhaseLoad, startMs: number): Load {
  if (load.mode === 'rate') return runRate(context, load.dueMs, load.maxConcurrency, { startMs });
  const { concurrency } = load;
  const options: LoadOptions = { startMs, spreadMs: Math.min(spreadMs, maxRampMs / concurrency) };
  if (load.mode === 'concurrency') return runConcurrency(context, concurrency, options);
  return runRounds(context, concurrency, load.minPeriodMs, options);
}

/** Opens connections ahead of the first requests, so that those do not meet in a crowd of handshakes. */
async function warmConnections(deps: RequestDeps, order: PhaseOrder, signal: AbortSignal): Promise<void> {
  if (deps.connection === 'fresh') return;
  await pause(startDelay(order) - warmLeadMs, signal);
  if (signal.aborted) return;
  const count = Math.min(order.count, streamsAtStart(order.load));
  await within(deps.pool.warm(count, connectionSpacingMs), warmTimeoutMs, signal);
}

/** How many streams the load has soon after its start; of a rate load, as many as fall due within its first second. */
function streamsAtStart(load: PhaseLoad): number {
  if (load.mode !== 'rate') return load.concurrency;
  const firstMs = load.dueMs[0] ?? 0;
  return Math.min(load.maxConcurrency, load.dueMs.filter((dueMs) => dueMs < firstMs + 1_000).length);
}

/** Stops the load once no request may start any more. Its instant is on the wall clock, which alone says when it has come. */
function scheduleLastStart(
  schedule: (atMs: number, task: () => void) => () => void,
  nowMs: () => number,
  lastStartAtMs: number | null,
  stop: () => void,
): () => void {
  if (lastStartAtMs === null) return () => {};
  let callOff = () => {};
  const look = () => {
    const leftMs = lastStartAtMs - Date.now();
    // Again after an hour at most: timers hold no longer than some weeks, and a wall clock may be set.
    if (leftMs >= 0) callOff = schedule(nowMs() + Math.min(leftMs + 1, 3_600_000), look);
    else stop();
  };
  look();
  return () => callOff();
}

function startDelay({ startAtMs }: PhaseOrder): number {
  return startAtMs === null ? 0 : Math.max(0, startAtMs - Date.now());
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs > 0) await sleep(delayMs, undefined, { signal }).catch(() => {});
}

async function within(work: Promise<void>, limitMs: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, pause(limitMs, AbortSignal.any([signal, over.signal]))]);
  over.abort();
}

function refusedExchange(index: number, dueMs: number): Exchange {
  const message = 'Not sent: when it was due, as many requests were open as the load allows';
  return {
    index,
    dueMs,
    startMs: null,
    sentMs: null,
    headersMs: null,
    endMs: null,
    httpStatus: null,
    headers: {},
    readsAtMs: new Float64Array(),
    readEnds: new Uint32Array(),
    bytes: new Uint8Array(),
    connection: null,
    failure: { kind: 'max_concurrency', message },
  };
}
