import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStallLog, minStallMs, watchStalls } from '../../../../shared/measure/thread/watch-stalls.ts';
import { makeExchange } from '../../../support/factories/make-exchange.ts';

/** Creates a log whose clocks move only by `pass`, and that looks every 10 ms, as its timer would. */
function createSimulation() {
  let nowMs = 0;
  let wallMs = 1_700_000_000_000;
  const log = createStallLog({ nowMs: () => nowMs, wallMs: () => Math.floor(wallMs) });
  const pass = (ms: number, wallChangeMs = ms) => {
    nowMs += ms;
    wallMs += wallChangeMs;
    log.look();
  };
  const run = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) pass(10);
  };
  const isDisturbed = (startMs: number, endMs: number | null, { dueMs = startMs, firstMs = endMs ?? 0 } = {}) =>
    log.isDisturbed({ dueMs, startMs, endMs, readsAtMs: Float64Array.of(firstMs) });
  return { pass, run, isDisturbed, list: log.list };
}

describe('the stall log', () => {
  it('has no stalls if the thread runs on time or is late by less than the minimum', () => {
    const { pass, run, isDisturbed, list } = createSimulation();
    run(1_000);
    pass(minStallMs + 9);
    run(1_000);
    expect(list()).toEqual([]);
    expect(isDisturbed(0, 2_000)).toBe(false);
  });

  it('marks requests that were open during a stop, and no others', () => {
    const { pass, run, isDisturbed, list } = createSimulation();
    run(1_000);
    pass(60_000);
    run(1_000);
    expect(list()).toEqual([{ fromMs: 1_000, toMs: 61_000, lengthMs: 59_990 }]);
    expect(isDisturbed(500, 61_000)).toBe(true);
    expect(isDisturbed(0, 61_500)).toBe(true);
    expect(isDisturbed(0, 1_000)).toBe(false);
    // It ended between the last look and the stop, so the stop cannot have delayed it.
    expect(isDisturbed(0, 1_009)).toBe(false);
    // It started after the stop, but before the first look.
    expect(isDisturbed(60_999, 61_900)).toBe(false);
    expect(isDisturbed(61_000, 61_900)).toBe(false);
  });

  it('marks requests that became due during a stop, but not those that became due at its end', () => {
    const { pass, isDisturbed } = createSimulation();
    pass(5_000);
    expect(isDisturbed(5_001, 5_200, { dueMs: 3_000 })).toBe(true);
    expect(isDisturbed(5_001, 5_200, { dueMs: 4_960 })).toBe(false);
  });

  it('tolerates a stall of less than 10 % of the time to the first read and of the whole time', () => {
    const { pass, run, isDisturbed } = createSimulation();
    run(2_000);
    pass(150);
    run(3_000);
    expect(isDisturbed(100, 4_000, { firstMs: 2_500 })).toBe(false);
    expect(isDisturbed(1_000, 4_000, { firstMs: 2_500 })).toBe(true);
    expect(isDisturbed(1_000, 4_000, { firstMs: 1_500 })).toBe(false);
    expect(isDisturbed(1_800, 3_000, { firstMs: 1_900 })).toBe(true);
  });

  it('adds up several stalls, and never tolerates half a second', () => {
    const { pass, run, isDisturbed } = createSimulation();
    for (let k = 0; k < 4; k++) {
      run(1_000);
      pass(150);
    }
    run(60_000);
    expect(isDisturbed(0, 2_400, { firstMs: 100 })).toBe(true);
    expect(isDisturbed(0, 1_900, { firstMs: 100 })).toBe(false);
    expect(isDisturbed(0, 60_000, { firstMs: 100 })).toBe(true);
    expect(isDisturbed(3_000, 60_000, { firstMs: 3_100 })).toBe(false);
  });

  it('does not mark a request that was never sent', () => {
    const { pass, isDisturbed } = createSimulation();
    pass(5_000);
    expect(isDisturbed(2_000, null)).toBe(false);
  });

  it.each([
    ['a machine that was suspended, whose monotonic clock stopped', 60_010],
    ['a wall clock that was set forward', 3_600_010],
    ['a wall clock that was set back', -3_600_000 + 10],
  ])('marks the requests that were open during %s', (_, wallChangeMs) => {
    const { pass, run, isDisturbed, list } = createSimulation();
    run(1_000);
    pass(10, wallChangeMs);
    run(1_000);
    expect(list()).toEqual([{ fromMs: 1_000, toMs: 1_010, lengthMs: Math.abs(wallChangeMs - 10) }]);
    expect(isDisturbed(900, 1_100)).toBe(true);
    expect(isDisturbed(1_005, 1_100)).toBe(true);
    expect(isDisturbed(900, 990)).toBe(false);
    expect(isDisturbed(1_010, 1_100)).toBe(false);
  });

  it('ignores a wall clock that is slewed, and one that counts only whole milliseconds', () => {
    const { pass, list } = createSimulation();
    for (let k = 0; k < 1_000; k++) pass(10, 10.4);
    expect(list()).toEqual([]);
  });

  it('finds an early stall for a long request, although later stalls came after it ended', () => {
    const { pass, run, isDisturbed } = createSimulation();
    pass(500);
    run(1_000);
    pass(500);
    expect(isDisturbed(100, 1_400)).toBe(true);
    expect(isDisturbed(600, 1_400)).toBe(false);
  });
});

/* Timers and clocks are simulated, so these results do not depend on the machine that runs the test. */
describe('the watch of a load', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const nowMs = () => performance.now();

  it('marks none of the requests of a quiet run', () => {
    const stalls = watchStalls({ nowMs });
    const fromMs = nowMs();
    const exchanges = Array.from({ length: 500 }, (_, index) => {
      const startMs = nowMs();
      vi.advanceTimersByTime(7 + (index % 900));
      const exchange = makeExchange([], {
        ...{ dueMs: startMs, startMs, endMs: nowMs() },
        readsAtMs: Float64Array.of(nowMs()),
      });
      stalls.mark([exchange]);
      return exchange;
    });
    expect(exchanges.filter(({ disturbed }) => disturbed)).toEqual([]);
    expect(stalls.isRefusalDisturbed(nowMs() - 20, fromMs)).toBe(false);
    expect(stalls.end(fromMs)).toEqual([]);
  });

  it('marks requests that were refused because a stall piled them up or delayed an open request', () => {
    let stalledMs = 0;
    const stalls = watchStalls({ nowMs: () => performance.now() + stalledMs });
    vi.advanceTimersByTime(1_000);
    const beforeMs = nowMs();
    stalledMs = 400;
    vi.setSystemTime(Date.now() + stalledMs);
    const afterMs = nowMs() + stalledMs;
    expect(stalls.isRefusalDisturbed(beforeMs + 100, beforeMs + 50)).toBe(true);
    vi.advanceTimersByTime(500);
    expect(stalls.isRefusalDisturbed(afterMs + 400, beforeMs - 100)).toBe(true);
    expect(stalls.isRefusalDisturbed(afterMs + 400, afterMs + 10)).toBe(false);
    stalls.end(0);
  });
});
