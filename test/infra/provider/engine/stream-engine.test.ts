import { describe, expect, test } from 'vitest';
import { modelSchema } from '../../../../infra/provider/config/provider-config.ts';
import type { DrawnStream } from '../../../../infra/provider/engine/draw-stream.ts';
import { loadFactor } from '../../../../infra/provider/engine/load-factor.ts';
import { createStreamEngine } from '../../../../infra/provider/engine/stream-engine.ts';

const drawn: DrawnStream = {
  prefillMs: 100,
  prefillSensitivity: 1,
  decodeSensitivity: 1,
  chunks: [0, 10, 20, 30].map((afterFirstMs) => ({ tokens: 1, afterFirstMs })),
};
const still = modelSchema.parse({}).latency;
// Two streams at once: twice as slow.
const loaded = modelSchema.parse({
  latency: { ttft: { load: { gain: 1, reference: 2 } }, outputToken: { load: { gain: 1, reference: 2 } } },
}).latency;

function record() {
  const dueMs: number[] = [];
  const starts: number[] = [];
  return {
    dueMs,
    starts,
    stream: {
      onStart: (atMs: number) => void starts.push(atMs),
      onChunk: (_chunk: number, atMs: number) => void dueMs.push(atMs),
    },
  };
}

describe('createStreamEngine', () => {
  test('alone, a stream follows its own schedule', () => {
    const engine = createStreamEngine(still, 10, 10);
    const one = record();
    engine.add(1_000, drawn, one.stream);
    expect(engine.nextDueMs()).toBe(1_100);
    engine.advance(2_000);
    expect(one.dueMs).toEqual([1_100, 1_110, 1_120, 1_130]);
    expect(engine.inFlight()).toBe(0);
    expect(engine.nextDueMs()).toBeNull();
  });

  test('a late clock delays nothing but itself: instants stay those of the schedule', () => {
    const engine = createStreamEngine(still, 10, 10);
    const one = record();
    engine.add(0, drawn, one.stream);
    engine.advance(109);
    expect(one.dueMs).toEqual([100]);
    engine.advance(125);
    expect(one.dueMs).toEqual([100, 110, 120]);
    expect(engine.nextDueMs()).toBe(130);
  });

  test('streams that come and go stretch the others for exactly as long as they are there', () => {
    const engine = createStreamEngine(loaded, 10, 10);
    const one = record();
    const other = record();
    engine.add(0, drawn, one.stream);
    // Half of the prefill is done; the rest takes twice as long, and so do tokens, while both are there.
    const ticket = engine.add(50, drawn, other.stream);
    engine.advance(155);
    expect(one.dueMs).toEqual([150]);
    // A quarter of the next token's time is over; alone again, the rest of it takes 7.5 ms.
    ticket?.remove(155);
    engine.advance(500);
    expect(one.dueMs).toEqual([150, 162.5, 172.5, 182.5]);
    expect(other.dueMs).toEqual([]);
  });

  test('beyond its capacity streams wait in order, and beyond the queue they are refused', () => {
    const engine = createStreamEngine(still, 1, 1);
    const [first, second, third] = [record(), record(), record()];
    engine.add(0, drawn, first.stream);
    engine.add(0, drawn, second.stream);
    expect(engine.add(0, drawn, third.stream)).toBeNull();
    expect([engine.inFlight(), engine.queued()]).toEqual([1, 1]);
    engine.advance(1_000);
    expect(first.starts).toEqual([0]);
    expect(second.starts).toEqual([130]);
    expect(second.dueMs).toEqual([230, 240, 250, 260]);
  });

  test('a stream that is given up while it waits never starts, and one that runs makes room', () => {
    const engine = createStreamEngine(still, 1, 5);
    const [first, second, third] = [record(), record(), record()];
    const running = engine.add(0, drawn, first.stream);
    const waiting = engine.add(0, drawn, second.stream);
    engine.add(0, drawn, third.stream);
    waiting?.remove(10);
    running?.remove(20);
    engine.advance(1_000);
    expect(first.dueMs).toEqual([]);
    expect(second.starts).toEqual([]);
    expect(third.starts).toEqual([20]);
    expect(third.dueMs[0]).toBe(120);
  });
});

describe('loadFactor', () => {
  const curve = { gain: 0.5, reference: 30, power: 4, unevennessCv: 0 };

  test('is 1 alone, 1 + gain at the reference, and grows in between', () => {
    expect(loadFactor(curve, 1, 1)).toBe(1);
    expect(loadFactor(curve, 30, 1)).toBe(1.5);
    const factors = Array.from({ length: 30 }, (_, n) => loadFactor(curve, n + 1, 1));
    expect(factors.toSorted((a, b) => a - b)).toEqual(factors);
  });

  test('falls on each stream by its sensitivity', () => {
    expect(loadFactor(curve, 30, 2)).toBe(2);
    expect(loadFactor(curve, 30, 0)).toBe(1);
  });
});
