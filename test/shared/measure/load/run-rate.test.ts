import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runRate } from '../../../../shared/measure/load/run-rate.ts';
import { numbered, simulateLoad } from './simulate-load.ts';

describe('runRate', () => {
  test('each request starts at its own time, regardless of the others; above maxConcurrency it is refused', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 8 }), fc.nat(100), (list, maxConcurrency, lastMs) => {
        let sum = 0;
        const dueMs = Float64Array.from(list, (gap) => (sum += gap));
        const run = simulateLoad(
          dueMs.length,
          () => lastMs,
          (context) => runRate(context, dueMs, { maxConcurrency, whenFull: 'refuse', startMs: 7 }),
        );
        run.clock.run();
        for (const { index, startMs, dueMs: saidMs } of run.started) {
          expect(startMs).toBe(7 + (dueMs[index] ?? 0));
          expect(saidMs).toBe(startMs);
        }
        for (const { index, dueMs: saidMs } of run.refused) expect(saidMs).toBe(7 + (dueMs[index] ?? 0));
        const seen = [...run.started, ...run.refused].map(({ index }) => index).sort((a, b) => a - b);
        expect(seen).toEqual(list.map((_, index) => index));
        expect(run.maxOpen).toBeLessThanOrEqual(maxConcurrency);
        expect(run.doneAtMs).toHaveLength(1);
        if (run.refused.length > 0) expect(run.maxOpen).toBe(maxConcurrency);
      }),
    );
  });

  test('with whenFull wait, requests above maxConcurrency start in order as soon as a stream is free', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 100 }),
        (list, maxConcurrency, lastMs) => {
          let sum = 0;
          const dueMs = Float64Array.from(list, (gap) => (sum += gap));
          const run = simulateLoad(
            dueMs.length,
            () => lastMs,
            (context) => runRate(context, dueMs, { maxConcurrency, whenFull: 'wait', startMs: 7 }),
          );
          run.clock.run();
          expect(run.refused).toEqual([]);
          expect(run.doneAtMs).toHaveLength(1);
          // A first-come, first-served queue of N servers: each request starts when due, or when a server is free.
          const startsMs: number[] = [];
          for (const [k, due] of dueMs.entries())
            startsMs.push(Math.max(7 + due, (startsMs[k - maxConcurrency] ?? Number.NEGATIVE_INFINITY) + lastMs));
          expect(run.started).toEqual(
            startsMs.map((startMs, index) => ({ index, startMs, dueMs: 7 + (dueMs[index] ?? 0) })),
          );
        },
      ),
    );
  });

  test('a late request is sent at once, its delay is visible, and later requests do not move', () => {
    const run = simulateLoad(
      5,
      () => 1,
      (context) =>
        runRate(context, Float64Array.of(0, 10, 20, 30, 40), { maxConcurrency: 9, whenFull: 'refuse', startMs: 0 }),
      ({ queue, clock }) => {
        queue.push(numbered(0, 1));
        clock.schedule(25, () => queue.push(numbered(1, 4)));
        clock.schedule(26, () => queue.end());
      },
    );
    run.clock.run();
    expect(run.started.map(({ startMs, dueMs }) => [startMs, dueMs])).toEqual([
      [0, 0],
      [25, 10],
      [25, 20],
      [30, 30],
      [40, 40],
    ]);
  });

  test('a request that becomes due during a tick is sent', () => {
    const dueMs = Float64Array.from({ length: 50 }, (_, k) => k);
    const run = simulateLoad(
      dueMs.length,
      () => 1,
      (context) => {
        // Time passes with every look at the clock, as it does on a busy machine.
        let passedMs = 0;
        let looks = 0;
        const nowMs = () => {
          passedMs += 0.13 * (looks++ % 5);
          return context.nowMs() + passedMs;
        };
        const schedule = (atMs: number, task: () => void) => context.schedule(atMs - passedMs, task);
        return runRate({ ...context, nowMs, schedule }, dueMs, { maxConcurrency: 99, whenFull: 'refuse', startMs: 0 });
      },
    );
    run.clock.run();
    expect(run.started).toHaveLength(50);
    expect(run.doneAtMs).toHaveLength(1);
  });

  test('ends early when the requests run out, and at a stop', () => {
    const due = Float64Array.of(0, 10, 20, 30);
    const short = simulateLoad(
      2,
      () => 5,
      (context) => runRate(context, due, { maxConcurrency: 9, whenFull: 'refuse', startMs: 0 }),
    );
    short.clock.run();
    expect(short.doneAtMs).toEqual([15]);
    const stopped = simulateLoad(
      4,
      () => 50,
      (context) => runRate(context, due, { maxConcurrency: 9, whenFull: 'refuse', startMs: 0 }),
    );
    stopped.clock.run(12);
    stopped.load.stop();
    stopped.clock.run();
    expect(stopped.started).toHaveLength(2);
    expect(stopped.doneAtMs).toEqual([60]);
  });
});
