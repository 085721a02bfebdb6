import { describe, expect, test } from 'vitest';
import { createBatchEnding } from '../../../functions/worker/batch-ending.ts';
import type { PhaseHandle } from '../../../shared/measure/instrument.ts';

/** A phase that notes what it is told. */
function openPhase(issued = 0, inFlight = 0) {
  const told: string[] = [];
  const phase: PhaseHandle = {
    done: new Promise(() => {}),
    stop: () => told.push('stop'),
    abort: () => told.push('abort'),
    progress: () => ({ issued, inFlight }),
  };
  return { phase, told };
}

describe('a stop', () => {
  test.each(['cost_cap', 'precision_reached', 'over_saturated'] as const)(
    'by %s drains: open requests may end',
    (signal) => {
      const { phase, told } = openPhase();
      const ending = createBatchEnding();
      ending.watch(phase);
      ending.signal(signal);
      expect([told, ending.isEnding(), ending.isLost(), ending.reason()]).toEqual([['stop'], true, false, signal]);
    },
  );

  test.each(['run_canceled', 'run_duration', 'error_rate'] as const)('by %s aborts open requests', (signal) => {
    const { phase, told } = openPhase();
    const ending = createBatchEnding();
    ending.watch(phase);
    ending.signal(signal);
    expect([told, ending.reason()]).toEqual([['abort'], signal]);
  });

  test('reaches a phase that starts after it', () => {
    const { phase, told } = openPhase();
    const ending = createBatchEnding();
    ending.signal('cost_cap');
    ending.watch(phase);
    expect(told).toEqual(['stop']);
  });

  test('keeps its reason where another follows, which may still abort what the first let end', () => {
    const { phase, told } = openPhase();
    const ending = createBatchEnding();
    ending.watch(phase);
    ending.signal('precision_reached');
    ending.signal('run_canceled');
    expect([told, ending.reason()]).toEqual([['stop', 'abort'], 'precision_reached']);
  });
});

describe('the loss of the lease', () => {
  test('closes the collector before it aborts the open requests, whose cut answers are not to be stored', () => {
    const { phase, told } = openPhase();
    const ending = createBatchEnding();
    ending.watch(phase);
    ending.onLost(() => told.push('closed'));
    ending.signal('lost');
    expect(told).toEqual(['closed', 'abort']);
    expect([ending.isLost(), ending.isEnding(), ending.reason()]).toEqual([true, true, null]);
  });

  test('that came first is told to whoever asks later', () => {
    const ending = createBatchEnding();
    ending.signal('lost');
    const told: string[] = [];
    ending.onLost(() => told.push('closed'));
    expect(told).toEqual(['closed']);
  });
});

describe('progress', () => {
  const stored = { issued: 5, inFlight: 0, ok: 5, failed: 0, canceled: 0, notSent: 0, warmupDone: 2 };

  test('adds what the measured phase has issued to what was issued before, and leaves warm-up out', () => {
    const ending = createBatchEnding();
    ending.watch(openPhase(2, 2).phase);
    expect(ending.liveProgress(stored)).toEqual({});
    ending.measuring(5);
    ending.watch(openPhase(30, 4).phase);
    expect(ending.liveProgress(stored)).toEqual({ issued: 35, inFlight: 4 });
  });
});
