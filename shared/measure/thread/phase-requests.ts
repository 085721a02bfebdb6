import type { Exchange, ExchangePart, PreparedRequest } from '../instrument.ts';
import { createRequestQueue, type LoadContext } from '../load/load.ts';
import type { Taken } from './messages.ts';
import type { RequestDeps } from './request-deps.ts';
import { TimedRequest } from './timed-request.ts';

/** Maximum bytes of parts that the main thread has not read. Above it, the thread does not read its sockets. */
const maxUnreadBytes = 67_108_864;

/** Tracks the waiting and the open requests of a phase on the measuring thread, and their totals. */
export function createPhaseRequests(
  deps: RequestDeps,
  report: {
    onExchange(exchange: Exchange): void;
    onPart(part: ExchangePart): void;
    onTaken(isUrgent: boolean): void;
    isRefusalDisturbed(dueMs: number, oldestMs: number): boolean;
  },
) {
  const waiting = createRequestQueue();
  const open = new Set<TimedRequest>();
  const totals: Taken = { taken: 0, takenBytes: 0, issued: 0 };
  let mostWaiting = 0;

  const push = (requests: readonly PreparedRequest[]) => {
    mostWaiting = Math.max(mostWaiting, waiting.length() + requests.length);
    waiting.push(requests);
  };
  const take = () => {
    const request = waiting.take();
    if (request === null) return null;
    totals.taken++;
    totals.takenBytes += request.body.length;
    // The main thread sends more when requests are taken. The report is urgent if the queue is at most half full.
    report.onTaken(2 * waiting.length() <= mostWaiting);
    return request;
  };
  const unread = createUnreadLimit(open);
  const onPart = (part: ExchangePart) => {
    report.onPart(part);
    unread.add(part.bytes.length);
  };
  const send: LoadContext['send'] = (request, dueMs, onEnd) => {
    const onEnded = (exchange: Exchange) => {
      open.delete(timed);
      report.onExchange(exchange);
      // Waits one event-loop turn to process pending reads and to notice whether the server closes this connection.
      setImmediate(onEnd);
    };
    const timed: TimedRequest = new TimedRequest(deps, request, dueMs, onEnded, onPart);
    open.add(timed);
    totals.issued++;
    timed.send();
  };
  const refuse = (request: PreparedRequest, dueMs: number) => {
    // Open requests are in the order of their due times.
    const [oldest] = open;
    const disturbed = report.isRefusalDisturbed(dueMs, oldest?.dueMs ?? dueMs);
    report.onExchange({ ...createRefusedExchange(request, dueMs), disturbed });
  };
  return {
    waiting: { ...waiting, push },
    queue: { ...waiting, take },
    send,
    refuse,
    addRead: unread.remove,
    totals: (): Taken => ({ ...totals }),
    abortAll: () => {
      for (const request of [...open]) request.abort();
    },
  };
}

/** Pauses the open requests while the main thread has too many bytes of their parts to read. */
function createUnreadLimit(open: ReadonlySet<TimedRequest>) {
  let unreadBytes = 0;
  let isPaused = false;
  return {
    add: (bytes: number) => {
      unreadBytes += bytes;
      if (unreadBytes <= maxUnreadBytes) return;
      isPaused = true;
      for (const request of open) request.pause();
    },
    remove: (bytes: number) => {
      unreadBytes = Math.max(0, unreadBytes - bytes);
      if (!isPaused || unreadBytes > maxUnreadBytes / 2) return;
      isPaused = false;
      for (const request of open) request.resume();
    },
  };
}

function createRefusedExchange({ index }: PreparedRequest, dueMs: number): Exchange {
  const message = 'Not sent: the limit maxConcurrency was reached when the request was due';
  return {
    index,
    dueMs,
    firstStartMs: null,
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
    openingMs: 0,
    failure: { kind: 'max_concurrency', message },
    notes: [],
    disturbed: false,
  };
}
