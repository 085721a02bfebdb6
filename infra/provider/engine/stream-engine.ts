import type { Latency, LoadCurve } from '../config/provider-config.ts';
import type { DrawnStream } from './draw-stream.ts';

/** Returns the time in ms since 1970, with microsecond digits, from the monotonic clock of the process. */
export function wallNowMs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000) / 1_000;
}

export type EngineStream = {
  /** Called when a chunk is due. `dueMs` is the chunk's due time, which is never in the future. */
  onChunk(chunk: number, dueMs: number): void;
  /** Called when the stream starts, possibly after a wait in the queue. */
  onStart(atMs: number): void;
};

export type StreamTicket = { remove(nowMs: number): void };

export type StreamEngine = {
  /** Adds a stream, or returns null if the queue is full. A stream with infinite prefill stays until it is removed. */
  add(nowMs: number, drawn: DrawnStream, stream: EngineStream): StreamTicket | null;
  inFlight(): number;
  queued(): number;
  /** Returns the time in ms at which the next chunk is due, or null if no chunk is left. */
  nextDueMs(): number | null;
  /** Sends all chunks that are due, in the order of their due times. */
  advance(nowMs: number): void;
};

type Active = {
  drawn: DrawnStream;
  stream: EngineStream;
  next: number;
  /** At `anchorMs`, `anchorWorkMs` of the schedule was complete. Each ms completes 1/`factor` ms of the schedule. */
  anchorMs: number;
  anchorWorkMs: number;
  factor: number;
  dueMs: number;
  waiting: boolean;
};

/**
 * Creates an engine in which streams share one server and slow each other down. All due times change when a stream
 * starts or ends. Due times are absolute, so timer delays do not add up. Simulations pass their own time.
 */
export function createStreamEngine(latency: Latency, capacity: number, queueLength: number): StreamEngine {
  const active = new Set<Active>();
  const queue: Active[] = [];

  const setDue = (item: Active) => {
    item.factor =
      item.next === 0
        ? computeLoadFactor(latency.ttft.load, active.size, item.drawn.prefillSensitivity)
        : computeLoadFactor(latency.outputToken.load, active.size, item.drawn.decodeSensitivity);
    const workMs = item.next === 0 ? item.drawn.prefillMs : (item.drawn.chunks[item.next]?.afterFirstMs ?? 0);
    item.dueMs = item.anchorMs + (workMs - item.anchorWorkMs) * item.factor;
  };
  const reshare = (nowMs: number) => {
    for (const item of active) {
      // A chunk that is already due only waits for the timer, so the new load does not affect this chunk.
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
    const { next: chunk, dueMs } = item;
    item.next += 1;
    if (item.next < item.drawn.chunks.length) {
      item.anchorWorkMs = item.drawn.chunks[chunk]?.afterFirstMs ?? 0;
      item.anchorMs = dueMs;
      setDue(item);
    } else leave(item, dueMs);
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
      // Each pass sends the chunks that are due. If more chunks become due meanwhile, another pass sends them.
      for (let due = listDue(active, nowMs); due.length > 0; due = listDue(active, nowMs))
        for (const item of due) if (active.has(item)) emit(item);
    },
  };
}

function listDue(active: ReadonlySet<Active>, nowMs: number): Active[] {
  const due: Active[] = [];
  for (const item of active) if (item.dueMs <= nowMs) due.push(item);
  return due.sort((a, b) => a.dueMs - b.dueMs);
}

/** Computes the factor by which load slows streams down: 1 for one stream, 1 + gain · sensitivity at reference load. */
export function computeLoadFactor(curve: LoadCurve, inFlight: number, sensitivity: number): number {
  if (curve.gain === 0 || inFlight <= 1) return 1;
  return 1 + curve.gain * sensitivity * ((inFlight - 1) / (curve.reference - 1)) ** curve.power;
}

export type Pacer = {
  /** Sets the timer to the next due time. Callers must call this after they add or remove streams. */
  wake(): void;
  stop(): void;
};

/** Runs the engines with one timer of 1 ms resolution. Due times are absolute, so a late tick delays no later tick. */
export function paceEngines(engines: readonly StreamEngine[]): Pacer {
  let timer: NodeJS.Timeout | null = null;
  let atMs = Number.POSITIVE_INFINITY;
  let stopped = false;
  const tick = () => {
    timer = null;
    atMs = Number.POSITIVE_INFINITY;
    for (const engine of engines) engine.advance(wallNowMs());
    wake();
  };
  const wake = () => {
    if (stopped) return;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const engine of engines) nextMs = Math.min(nextMs, engine.nextDueMs() ?? Number.POSITIVE_INFINITY);
    if (nextMs >= atMs || nextMs === Number.POSITIVE_INFINITY) return;
    if (timer !== null) clearTimeout(timer);
    atMs = nextMs;
    timer = setTimeout(tick, Math.max(0, nextMs - wallNowMs()));
  };
  return {
    wake,
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
