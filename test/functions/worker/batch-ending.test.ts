import { describe, expect, test } from 'vitest';
import { createBatchEnding } from '../../../functions/worker/batch-ending.ts';
import type { PhaseHandle } from '../../../shared/measure/instrument.ts';

/** Opens a phase that records its calls. */
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
  test.each(['cost_cap', 'precision_reached', 'over_saturated'] as const)('by %s lets open requests end', (signal) => {
    const { phase, told } = openPhase();
    const ending = createBatchEnding();
    ending.watch(phase);
    ending.signal(signal);
    expect([told, ending.isEnding(), ending.isLost(), ending.reason()]).toEqual([['stop'], true, false, signal]);
  });

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

  test('keeps its reason after a second signal, which can still abort open requests', () => {
    const { phase, told } = openPhase();
    const ending = createBatchEnding();
    ending.watch(phase);
    ending.signal('precision_reached');
    ending.signal('run_canceled');
    expect([told, ending.reason()]).toEqual([['stop', 'abort'], 'precision_reached']);
  });
});

describe('the loss of the lease', () => {
  test('closes the collector before it aborts open requests, whose partial answers must not be stored', () => {
    const { phase, told } = openPhase();
    const ending = createBatchEnding();
    ending.watch(phase);
    ending.loss.addEventListener('abort', () => told.push('closed'));
    ending.signal('lost');
    expect(told).toEqual(['closed', 'abort']);
    expect([ending.isLost(), ending.isEnding(), ending.reason()]).toEqual([true, true, null]);
  });
});

describe('progress', () => {
  test('adds the requests of the measured phase to earlier ones, and excludes warm-up', () => {
    const ending = createBatchEnding();
    ending.watch(openPhase(2, 2).phase);
    expect(ending.liveProgress()).toEqual({});
    ending.watch(openPhase(30, 4).phase, 5);
    expect(ending.liveProgress()).toEqual({ issued: 35, inFlight: 4 });
  });
});
