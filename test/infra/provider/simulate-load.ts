import type { ModelConfig } from '../../../infra/provider/config/provider-config.ts';
import { createRandom, drawStream } from '../../../infra/provider/engine/draw-stream.ts';
import { createStreamEngine } from '../../../infra/provider/engine/stream-engine.ts';

export type SimulatedRequest = { index: number; startMs: number; ttftMs: number; e2eMs: number };
export type SimulatedLoad = {
  mode: 'continuous' | 'rounds';
  concurrency: number;
  requests: number;
  seed: number;
  /** Sizes of request `i`. */
  pickSize(index: number): { inputTokens: number; outputTokens: number };
};

/**
 * Simulates a model under load with the engine of the server and a clock that jumps to the next deadline.
 * `continuous` starts the next request when a stream ends; `rounds`, when all streams of a round have ended.
 */
export function simulateLoad(
  model: Pick<ModelConfig, 'latency' | 'tokensPerChunk' | 'capacity' | 'queueLength'>,
  load: SimulatedLoad,
): { requests: SimulatedRequest[]; requestsPerMinute: number } {
  const engine = createStreamEngine(model.latency, model.capacity, model.queueLength);
  const requests: SimulatedRequest[] = [];
  let issued = 0;
  let ended = 0;
  let endMs = 0;
  const issue = (startMs: number) => {
    const index = issued++;
    const { inputTokens, outputTokens } = load.pickSize(index);
    const drawn = drawStream(model, inputTokens, outputTokens, createRandom(load.seed, index));
    let ttftMs = 0;
    engine.add(startMs, drawn, {
      onStart: () => undefined,
      onChunk: (chunk, dueMs) => {
        if (chunk === 0) ttftMs = dueMs - startMs;
        if (chunk < drawn.chunks.length - 1) return;
        requests.push({ index, startMs, ttftMs, e2eMs: dueMs - startMs });
        ended += 1;
        endMs = dueMs;
        const free = load.mode === 'continuous' ? 1 : ended === issued ? load.concurrency : 0;
        for (let slot = 0; slot < free && issued < load.requests; slot++) issue(dueMs);
      },
    });
  };
  for (let slot = 0; slot < load.concurrency && issued < load.requests; slot++) issue(0);
  for (let dueMs = engine.nextDueMs(); dueMs !== null; dueMs = engine.nextDueMs()) engine.advance(dueMs);
  return { requests, requestsPerMinute: (requests.length / endMs) * 60_000 };
}
