import { describe, expect, test } from 'vitest';
import { modelSchema } from '../../../../infra/provider/config/provider-config.ts';
import type { DrawnStream } from '../../../../infra/provider/engine/draw-stream.ts';
import { computeLoadFactor, createStreamEngine } from '../../../../infra/provider/engine/stream-engine.ts';

const drawn: DrawnStream = {
  prefillMs: 100,
  prefillSensitivity: 1,
  decodeSensitivity: 1,
  chunks: [0, 10, 20, 30].map((afterFirstMs) => ({ tokens: 1, afterFirstMs })),
};
const still = modelSchema.parse({}).latency;
// Two concurrent streams are half as fast.
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
  test('follows the schedule of a stream that runs alone', () => {
    const engine = createStreamEngine(still, 10, 10);
    const one = record();
    engine.add(1_000, drawn, one.stream);
    expect(engine.nextDueMs()).toBe(1_100);
    engine.advance(2_000);
    expect(one.dueMs).toEqual([1_100, 1_110, 1_120, 1_130]);
    expect(engine.inFlight()).toBe(0);
    expect(engine.nextDueMs()).toBeNull();
  });

  test('keeps the scheduled times after a late tick', () => {
    const engine = createStreamEngine(still, 10, 10);
    const one = record();
    engine.add(0, drawn, one.stream);
    engine.advance(109);
    expect(one.dueMs).toEqual([100]);
    engine.advance(125);
    expect(one.dueMs).toEqual([100, 110, 120]);
    expect(engine.nextDueMs()).toBe(130);
  });

  test('stretches a stream exactly while others run', () => {
    const engine = createStreamEngine(loaded, 10, 10);
    const one = record();
    const other = record();
    engine.add(0, drawn, one.stream);
    // Half of the prefill is done. The rest and the tokens take twice as long while both streams run.
    const ticket = engine.add(50, drawn, other.stream);
    engine.advance(155);
    expect(one.dueMs).toEqual([150]);
    // A quarter of the next token's time has passed. Alone again, the rest takes 7.5 ms.
    ticket?.remove(155);
    engine.advance(500);
    expect(one.dueMs).toEqual([150, 162.5, 172.5, 182.5]);
    expect(other.dueMs).toEqual([]);
  });

  test('queues streams beyond its capacity in order, and refuses streams beyond the queue', () => {
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

  test('never starts a stream that is removed while it waits, and frees the place of one that runs', () => {
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

describe('computeLoadFactor', () => {
  const curve = { gain: 0.5, reference: 30, power: 4, unevennessCv: 0 };

  test('is 1 for one stream and 1 + gain at the reference, and increases in between', () => {
    expect(computeLoadFactor(curve, 1, 1)).toBe(1);
    expect(computeLoadFactor(curve, 30, 1)).toBe(1.5);
    const factors = Array.from({ length: 30 }, (_, n) => computeLoadFactor(curve, n + 1, 1));
    expect(factors.toSorted((a, b) => a - b)).toEqual(factors);
  });

  test('depends on the sensitivity of the stream', () => {
    expect(computeLoadFactor(curve, 30, 2)).toBe(2);
    expect(computeLoadFactor(curve, 30, 0)).toBe(1);
  });
});
