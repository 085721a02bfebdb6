import type { Latency } from '../config/provider-config.ts';
import type { DrawnStream } from './draw-stream.ts';
import { loadFactor } from './load-factor.ts';

export type EngineStream = {
  /** Called when chunk `chunk` is due; `dueMs` is when it was due, at or before the clock's now. */
  onChunk(chunk: number, dueMs: number): void;
  /** Called when a place is free: at once, or after waiting in the queue. */
  onStart(atMs: number): void;
};

export type StreamTicket = { remove(nowMs: number): void };

export type StreamEngine = {
  /** Null where the queue is full. A stream whose prefill takes `Infinity` holds its place until it is removed. */
  add(nowMs: number, drawn: DrawnStream, stream: EngineStream): StreamTicket | null;
  inFlight(): number;
  queued(): number;
  /** When the next chunk is due; null: none is. */
  nextDueMs(): number | null;
  /** Emits all chunks due by now, in the order of their instants. */
  advance(nowMs: number): void;
};

type Active = {
  drawn: DrawnStream;
  stream: EngineStream;
  next: number;
  /** The stream had done `anchorWorkMs` of its present phase at `anchorMs`; it does 1/factor of work per millisecond. */
  anchorMs: number;
  anchorWorkMs: number;
  factor: number;
  dueMs: number;
  waiting: boolean;
};

/**
 * Shares one server among its streams: each stream's own schedule is stretched by the load, anew whenever a stream
 * comes or goes. Deadlines are absolute, so that lateness of a timer is never carried on.
 * Time is a parameter: a timer drives it in the server, a loop drives it in a simulation.
 */
export function createStreamEngine(latency: Latency, capacity: number, queueLength: number): StreamEngine {
  const active = new Set<Active>();
  const queue: Active[] = [];

  const setDue = (item: Active) => {
    item.factor =
      item.next === 0
        ? loadFactor(latency.ttft.load, active.size, item.drawn.prefillSensitivity)
        : loadFactor(latency.outputToken.load, active.size, item.drawn.decodeSensitivity);
    const workMs = item.next === 0 ? item.drawn.prefillMs : (item.drawn.chunks[item.next]?.afterFirstMs ?? 0);
    item.dueMs = item.anchorMs + (workMs - item.anchorWorkMs) * item.factor;
  };
  const reshare = (nowMs: number) => {
    for (const item of active) {
      // Due already, and only the timer is late: the new load does not concern that chunk.
      if (item.dueMs <= nowMs) continue;
      item.anchorWorkMs += (nowMs - item.anchorMs) / item.factor;
      item.anchorMs = nowMs;
      setDue(item);
    }
  };
  const start = (item: Active, nowMs: number) => {
    item.waiting = false;
    active.add(item);
    item.anchorMs = nowMs;
    setDue(item);
    reshare(nowMs);
    item.stream.onStart(nowMs);
  };
  const leave = (item: Active, nowMs: number) => {
    if (item.waiting) {
      const place = queue.indexOf(item);
      if (place >= 0) queue.splice(place, 1);
      return;
    }
    if (!active.delete(item)) return;
    reshare(nowMs);
    const next = queue.shift();
    if (next !== undefined) start(next, nowMs);
  };
  const emit = (item: Active) => {
    const chunk = item.next;
    const dueMs = item.dueMs;
    item.next += 1;
    if (item.next < item.drawn.chunks.length) {
      item.anchorWorkMs = item.drawn.chunks[chunk]?.afterFirstMs ?? 0;
      item.anchorMs = dueMs;
      setDue(item);
    } else {
      leave(item, dueMs);
    }
    item.stream.onChunk(chunk, dueMs);
  };
  return {
    add(nowMs, drawn, stream) {
      const waiting = active.size >= capacity;
      if (waiting && queue.length >= queueLength) return null;
      const item: Active = {
        drawn,
        stream,
        next: 0,
        anchorMs: nowMs,
        anchorWorkMs: 0,
        factor: 1,
        dueMs: Number.POSITIVE_INFINITY,
        waiting,
      };
      if (waiting) queue.push(item);
      else start(item, nowMs);
      return { remove: (atMs) => leave(item, atMs) };
    },
    inFlight: () => active.size,
    queued: () => queue.length,
    nextDueMs() {
      let firstMs = Number.POSITIVE_INFINITY;
      for (const item of active) if (item.dueMs < firstMs) firstMs = item.dueMs;
      return firstMs === Number.POSITIVE_INFINITY ? null : firstMs;
    },
    advance(nowMs) {
      // One pass over the streams for a whole tick of the timer; chunks that fall due meanwhile need another.
      for (let due = dueBy(active, nowMs); due.length > 0; due = dueBy(active, nowMs))
        for (const item of due) if (active.has(item)) emit(item);
    },
  };
}

function dueBy(active: ReadonlySet<Active>, nowMs: number): Active[] {
  const due: Active[] = [];
  for (const item of active) if (item.dueMs <= nowMs) due.push(item);
  return due.sort((a, b) => a.dueMs - b.dueMs);
}
