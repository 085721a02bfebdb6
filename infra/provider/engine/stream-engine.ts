import type { Latency, LoadCurve } from '../config/provider-config.ts';
import type { DrawnStream } from './draw-stream.ts';

/** Returns the time in ms since 1970, with microsecond digits, from the monotonic clock of the process. */
export function readWallClockMs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000) / 1_000;
}

type EngineStream = {
  /** Called when a chunk is due. `dueMs` is the chunk's due time, which is never in the future. */
  onChunk(chunk: number, dueMs: number): void;
  /** Called when the stream starts, possibly after a wait in the queue. */
  onStart(atMs: number): void;
};

type Active = {
  drawn: DrawnStream;
  stream: EngineStream;
  next: number;
  /** At `anchorMs`, `anchorWorkMs` of the schedule was complete. From then on, each ms completes 1/`factor` ms. */
  anchorMs: number;
  anchorWorkMs: number;
  factor: number;
  dueMs: number;
};

/** Streams that share one server, and the streams that wait for it. */
type Shared = { latency: Latency; active: Set<Active>; queue: Active[] };

export type StreamEngine = ReturnType<typeof createStreamEngine>;

/**
 * Creates an engine in which streams share one server and slow each other down. All due times change when a stream
 * starts or ends. Due times are absolute, so timer delays do not add up. Simulations supply their own clock.
 */
export function createStreamEngine(latency: Latency, capacity: number, queueLength: number) {
  const shared: Shared = { latency, active: new Set(), queue: [] };
  const { active, queue } = shared;
  return {
    /** Adds a stream, or returns null if the queue is full. A stream with infinite prefill stays until it is removed. */
    add(nowMs: number, drawn: DrawnStream, stream: EngineStream) {
      const isWaiting = active.size >= capacity;
      if (isWaiting && queue.length >= queueLength) return null;
      const dueMs = Number.POSITIVE_INFINITY;
      const item: Active = { drawn, stream, next: 0, anchorMs: nowMs, anchorWorkMs: 0, factor: 1, dueMs };
      if (isWaiting) queue.push(item);
      else start(shared, item, nowMs);
      return { remove: (atMs: number) => leave(shared, item, atMs) };
    },
    inFlight: () => active.size,
    queued: () => queue.length,
    /** Returns the time in ms at which the next chunk is due, or null if no chunk is left. */
    nextDueMs(): number | null {
      let firstMs = Number.POSITIVE_INFINITY;
      for (const item of active) if (item.dueMs < firstMs) firstMs = item.dueMs;
      return firstMs === Number.POSITIVE_INFINITY ? null : firstMs;
    },
    /** Sends all chunks that are due, in the order of their due times. */
    advance(nowMs: number) {
      // Each pass sends the chunks that are due. If more chunks become due meanwhile, another pass sends them.
      for (let due = listDue(active, nowMs); due.length > 0; due = listDue(active, nowMs))
        for (const item of due) if (active.has(item)) emit(shared, item);
    },
  };
}

function setDue({ latency, active }: Shared, item: Active): void {
  const { prefillMs, prefillSensitivity, decodeSensitivity, chunks } = item.drawn;
  item.factor =
    item.next === 0
      ? computeLoadFactor(latency.ttft.load, active.size, prefillSensitivity)
      : computeLoadFactor(latency.outputToken.load, active.size, decodeSensitivity);
  const workMs = item.next === 0 ? prefillMs : (chunks[item.next]?.afterFirstMs ?? 0);
  item.dueMs = item.anchorMs + (workMs - item.anchorWorkMs) * item.factor;
}

/** Adapts the due times of all streams to the current load. */
function reshare(shared: Shared, nowMs: number): void {
  for (const item of shared.active) {
    // The new load does not affect a chunk that is already due and waits for the timer.
    if (item.dueMs <= nowMs) continue;
    item.anchorWorkMs += (nowMs - item.anchorMs) / item.factor;
    item.anchorMs = nowMs;
    setDue(shared, item);
  }
}

function start(shared: Shared, item: Active, nowMs: number): void {
  shared.active.add(item);
  item.anchorMs = nowMs;
  setDue(shared, item);
  reshare(shared, nowMs);
  item.stream.onStart(nowMs);
}

function leave(shared: Shared, item: Active, nowMs: number): void {
  const place = shared.queue.indexOf(item);
  if (place >= 0) shared.queue.splice(place, 1);
  if (!shared.active.delete(item)) return;
  reshare(shared, nowMs);
  const next = shared.queue.shift();
  if (next !== undefined) start(shared, next, nowMs);
}

function emit(shared: Shared, item: Active): void {
  const { next: chunk, dueMs } = item;
  const { chunks } = item.drawn;
  item.next += 1;
  if (item.next < chunks.length) {
    item.anchorWorkMs = chunks[chunk]?.afterFirstMs ?? 0;
    item.anchorMs = dueMs;
    setDue(shared, item);
  } else leave(shared, item, dueMs);
  item.stream.onChunk(chunk, dueMs);
}

function listDue(active: ReadonlySet<Active>, nowMs: number): Active[] {
  return [...active].filter((item) => item.dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
}

/** Computes the factor by which load slows streams down: 1 for one stream, 1 + gain · sensitivity at reference load. */
export function computeLoadFactor(curve: LoadCurve, inFlight: number, sensitivity: number): number {
  if (curve.gain === 0 || inFlight <= 1) return 1;
  return 1 + curve.gain * sensitivity * ((inFlight - 1) / (curve.reference - 1)) ** curve.power;
}

export type Pacer = ReturnType<typeof paceEngines>;

/** Runs the engines with one timer of 1 ms resolution. Due times are absolute, so a late tick delays no later tick. */
export function paceEngines(engines: readonly StreamEngine[]) {
  let timer: NodeJS.Timeout | null = null;
  let atMs = Number.POSITIVE_INFINITY;
  let stopped = false;
  const tick = () => {
    timer = null;
    atMs = Number.POSITIVE_INFINITY;
    for (const engine of engines) engine.advance(readWallClockMs());
    wake();
  };
  const wake = () => {
    if (stopped) return;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const engine of engines) nextMs = Math.min(nextMs, engine.nextDueMs() ?? Number.POSITIVE_INFINITY);
    if (nextMs >= atMs) return;
    if (timer !== null) clearTimeout(timer);
    atMs = nextMs;
    timer = setTimeout(tick, Math.max(0, nextMs - readWallClockMs()));
  };
  return {
    /** Sets the timer to the next due time. Callers must call this after they add or remove streams. */
    wake,
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
