import type { Sample } from '../../../shared/sample/sample.ts';
import { createSeededRandom, drawUnitGamma } from '../../../shared/workload/distributions/seeded-random.ts';
import { makeOk } from '../factories/sample-factory.ts';

/**
 * An engine with continuous batching: each step makes one token for each running request. Requests join and leave
 * between steps, first come, first served. A step takes `stepMs`, and `perRequestMs` more for each running request.
 */
export type BatchingEngine = {
  slots: number;
  stepMs: number;
  perRequestMs: number;
  meanTokens: number;
  tokensCv: number;
};

/** Returns the knee: the highest throughput, of all slots, as a multiple of the throughput of one request. */
export function computeKnee({ slots, stepMs, perRequestMs }: BatchingEngine): number {
  return (slots * (stepMs + perRequestMs)) / (stepMs + perRequestMs * slots);
}

type Running = { index: number; startMs: number; firstMs: number | null; left: number; tokens: number };

/** Simulates a closed loop against the engine. Streams start 3 ms apart, and each sends its next request at once. */
export function runEngine(engine: BatchingEngine, concurrency: number, requests: number, seed: number): Sample[] {
  const { slots, stepMs, perRequestMs, meanTokens, tokensCv } = engine;
  const random = createSeededRandom(seed, 'batching-engine');
  const waiting: { index: number; startMs: number }[] = [];
  let running: Running[] = [];
  const samples: Sample[] = [];
  let sent = 0;
  const send = (startMs: number) => {
    if (sent < requests) waiting.push({ index: sent++, startMs });
  };
  for (let stream = 0; stream < concurrency; stream++) send(3 * stream);
  for (let atMs = 0; samples.length < requests; ) {
    while (running.length < slots && waiting[0] !== undefined && waiting[0].startMs <= atMs) {
      const next = waiting.shift() ?? waiting[0];
      if (next === undefined) break;
      const tokens = Math.max(1, Math.round(meanTokens * drawUnitGamma(1 / tokensCv ** 2, random)));
      running.push({ ...next, firstMs: null, left: tokens, tokens });
    }
    if (running.length === 0) {
      atMs = waiting[0]?.startMs ?? atMs;
      continue;
    }
    atMs += stepMs + perRequestMs * running.length;
    for (const request of running) {
      request.firstMs ??= atMs;
      request.left -= 1;
      if (request.left > 0) continue;
      const { index: requestIndex, startMs, firstMs, tokens: outputTokens } = request;
      const fields = { requestIndex, outputTokens, endMs: atMs };
      samples.push(makeOk({ startMs, ttftMs: firstMs - startMs, e2eMs: atMs - startMs }, fields));
      send(atMs);
    }
    running = running.filter(({ left }) => left > 0);
  }
  return samples;
}
