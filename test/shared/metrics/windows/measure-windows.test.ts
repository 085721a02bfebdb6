import { describe, expect, test } from 'vitest';
import { findOpenSpans } from '../../../../shared/metrics/find-open-spans.ts';
import { findWindows, type RequestedLoad } from '../../../../shared/metrics/windows/find-windows.ts';
import { measureWindow } from '../../../../shared/metrics/windows/measure-windows.ts';
import type { Sample } from '../../../../shared/sample/sample.ts';
import { makeFailure, makeOk, wallMs } from '../../../support/factories/sample-factory.ts';

/** Builds an ok request that is open from start to end, with 10 input and 20 output tokens. */
const open = (startMs: number, endMs: number): Sample =>
  makeOk({ startMs, ttftMs: 1, e2eMs: endMs - startMs }, { endMs, inputTokens: 10, outputTokens: 20 });

function measure(samples: readonly Sample[], load: RequestedLoad) {
  const spans = findOpenSpans(samples);
  const { full, steady, whyNoSteady } = findWindows(spans, load);
  const isOpenLoop = load.streams === null;
  return {
    full: measureWindow(spans, full, null, null, isOpenLoop),
    steady: measureWindow(spans, steady, whyNoSteady, null, isOpenLoop),
  };
}

/** Builds streams that each send `count` requests of these durations, one after another. */
const streams = (durationsMs: readonly number[], count: number) =>
  durationsMs.flatMap((durationMs) =>
    Array.from({ length: count }, (_, k) => open(k * durationMs, (k + 1) * durationMs)),
  );

describe('measureWindow', () => {
  test("reproduces the blog's example: rounds of four at 5 s and one at 6 s give 50 per minute, a closed loop 58", () => {
    const rounds = Array.from({ length: 200 }, (_, round) => [
      ...[0, 1, 2, 3].map(() => open(round * 6_000, round * 6_000 + 5_000)),
      open(round * 6_000, round * 6_000 + 6_000),
    ]).flat();
    const continuous = [...streams([5_000, 5_000, 5_000, 5_000], 120), ...streams([6_000], 100)];

    const inRounds = measure(rounds, { streams: 5, refillsStreams: false });
    expect(inRounds.full.completedRequestsPerMinute.value).toBeCloseTo(50, 9);
    expect(inRounds.full.achievedConcurrency.value).toBeCloseTo(26 / 6, 9);
    const inLoop = measure(continuous, { streams: 5, refillsStreams: true });
    expect(inLoop.full.completedRequestsPerMinute.value).toBeCloseTo(58, 9);
    expect(inLoop.full.achievedConcurrency.value).toBeCloseTo(5, 9);
  });

  test('excludes ramp and drain from the steady window, and counts requests by their time in it', () => {
    // Three streams start 1 s apart. The last request has a long tail: a fifth of its time is in the window.
    const ramp = [open(0, 10_000), open(1_000, 11_000), open(2_000, 12_000)];
    const rest = [open(10_000, 20_000), open(11_000, 21_000), open(12_000, 22_000)];
    const last = [open(20_000, 30_000), open(21_000, 31_000), open(22_000, 72_000)];
    const { full, steady } = measure([...ramp, ...rest, ...last], { streams: 3, refillsStreams: true });
    expect(full).toMatchObject({ durationMs: 72_000, from: new Date(wallMs).toISOString() });
    expect(steady).toMatchObject({ durationMs: 10_200, from: new Date(wallMs + 11_800).toISOString() });
    expect(steady.achievedConcurrency).toMatchObject({ value: expect.closeTo(3, 12), n: 7 });
    expect(full.achievedConcurrency.value).toBeCloseTo((8 * 10 + 50) / 72, 12);
    const shares = 0.02 + 0.82 + 0.92 + 1 + 0.2 + 0.1;
    expect(steady.completedRequestsPerMinute).toMatchObject({ value: expect.closeTo((shares / 10.2) * 60, 9), n: 6 });
    expect(steady.outputTokensPerSecondTotal.value).toBeCloseTo((shares * 20) / 10.2, 9);
    expect(steady.totalTokensPerSecondTotal.value).toBeCloseTo((shares * 30) / 10.2, 9);
    expect(steady.achievedRequestsPerSecond.value).toBeCloseTo(shares / 10.2, 9);
    expect(full.completedRequestsPerMinute).toMatchObject({ value: expect.closeTo(9 / 1.2, 9), n: 9 });
  });

  test('has no steady window, with the reason, if it is too short', () => {
    const whyNot = (samples: readonly Sample[], load: RequestedLoad) => measure(samples, load).steady.reason;
    const loop = { streams: 3, refillsStreams: true };
    expect(whyNot(streams([1_000, 1_100, 1_200], 1), loop)).toBe('too short: no request started after the ramp');
    const one = [...streams([1_000, 1_100, 1_200], 1), open(1_190, 2_190)];
    expect(whyNot(one, loop)).toBe('too short: only 1 request started after the ramp, fewer than the 3 open at once');
    const short = [open(0, 1_000), open(1_000, 5_000), open(1_500, 5_500)];
    expect(whyNot(short, { streams: 1, refillsStreams: true })).toBe(
      'too short: 1500 ms after the ramp, less than the median request (4000 ms)',
    );
  });

  test('has no steady window of a rate if the number of open requests grows', () => {
    // 30 requests per second are due, but only 20 end.
    const samples = Array.from({ length: 300 }, (_, k) => open(k * (100 / 3), 400 + k * 50));
    const { full, steady } = measure(samples, { streams: null, rampMs: 0 });
    expect(steady.reason).toMatch(
      /^the load is not steady: after the ramp, the number of open requests grew from \d+ to \d+$/,
    );
    expect(full.completedRequestsPerMinute.value).toBeCloseTo((300 / 15.35) * 60, 9);
  });

  test('counts a failure as open, but not as completed', () => {
    const samples = [open(0, 1_000), makeFailure(0, 1_000), open(1_000, 2_000), makeFailure(1_000, 1_000)];
    const { full } = measure(samples, { streams: 2, refillsStreams: true });
    expect(full.achievedConcurrency.value).toBe(2);
    expect(full.completedRequestsPerMinute).toEqual({ value: 60, n: 2, reason: null });
    expect(full.outputTokensPerSecondTotal).toEqual({ value: 20, n: 2, reason: null });
    expect(full.totalTokensPerSecondTotal).toEqual({ value: 30, n: 2, reason: null });
  });

  test('measures the rate at which requests began, independent of the last end', () => {
    const samples = Array.from({ length: 11 }, (_, k) => open(k * 100, k * 100 + 60_000));
    expect(measure(samples, { streams: null, rampMs: 0 }).full.achievedRequestsPerSecond.value).toBeCloseTo(10, 12);
  });

  test('starts the steady window of a rate one service time after the first request', () => {
    const samples = Array.from({ length: 100 }, (_, k) => open(k * 100, k * 100 + 1_000));
    const { steady } = measure(samples, { streams: null, rampMs: 0 });
    expect(steady.durationMs).toBeCloseTo(99 * 100 - 1_000, 9);
    expect(steady.achievedConcurrency.value).toBeCloseTo(10, 9);
    expect(steady.completedRequestsPerMinute.value).toBeCloseTo(600, 9);
  });

  test('starts the steady window of a rate after its ramp, and has none if the ramp lasts to the end', () => {
    const samples = Array.from({ length: 100 }, (_, k) => open(k * 100, k * 100 + 1_000));
    expect(measure(samples, { streams: null, rampMs: 4_000 }).steady.durationMs).toBeCloseTo(9_900 - 5_000, 9);
    expect(measure(samples, { streams: null, rampMs: 9_900 }).steady.reason).toBe(
      'too short: no request started after the ramp',
    );
  });

  test('joins workers with different origins by the wall clock', () => {
    const early = open(500, 1_500);
    const late = { ...open(0, 1_000), originWallMs: wallMs + 1_500 };
    const { full } = measure([late, early], { streams: 1, refillsStreams: true });
    expect(full).toMatchObject({ durationMs: 1_000 + 1_000, from: new Date(wallMs + 500).toISOString() });
  });

  test('has no steady window, with the reason, if the full concurrency is never reached', () => {
    const { steady } = measure([open(0, 10), open(20, 30)], { streams: 2, refillsStreams: true });
    const whyNever = 'the requested concurrency was never reached';
    expect(steady).toMatchObject({ from: null, durationMs: null, reason: whyNever });
    expect(steady.achievedConcurrency).toEqual({ value: null, n: 0, reason: whyNever });
  });

  test.each([
    ['a stall much longer than a request', 9_000],
    ['a stall much shorter than a request', 1_100],
  ])('estimates the throughput of a closed loop from its undisturbed requests, for %s', (_, disturbedMs) => {
    // Two streams of 1 s requests. The worker stalls during the tenth request of both.
    const before = streams([1_000, 1_000], 9);
    const stalled = [0, 1].map(() => ({ ...open(9_000, 9_000 + disturbedMs), disturbed: true }));
    const originWallMs = wallMs + 9_000 + disturbedMs;
    const after = streams([1_000, 1_000], 9).map((sample) => ({ ...sample, originWallMs }));
    const { full } = measure([...before, ...stalled, ...after], { streams: 2, refillsStreams: true });
    expect(full).toMatchObject({ durationMs: 18_000 + disturbedMs, achievedConcurrency: { value: 2, n: 38 } });
    expect(full.excludedMs).toBeCloseTo(disturbedMs, 9);
    expect(full.completedRequestsPerMinute).toMatchObject({ value: expect.closeTo(120, 9), n: 36 });
    expect(full.outputTokensPerSecondTotal.value).toBeCloseTo(40, 9);
  });

  test('estimates the throughput of an open loop from its undisturbed requests', () => {
    // One request each 100 ms. The worker stalls for 2 s, and starts 20 requests when it ends.
    const samples = Array.from({ length: 100 }, (_, k): Sample => {
      const disturbed = k >= 40 && k < 60;
      const startMs = disturbed ? 6_000 : 100 * k;
      return { ...open(startMs, startMs + 10), dueMs: 100 * k, disturbed };
    });
    const { full } = findWindows(findOpenSpans(samples), { streams: null, rampMs: 0 });
    const { completedRequestsPerMinute, excludedMs } = measureWindow(findOpenSpans(samples), full, null, null, true);
    expect(excludedMs).toBeCloseTo(0.2 * 9_910, 9);
    expect(completedRequestsPerMinute.value).toBeCloseTo((100 / 9.91) * 60, 9);
    expect(completedRequestsPerMinute.n).toBe(80);
  });

  test('has no steady window if the last request begins at the end of the ramp', () => {
    const { steady } = measure([open(0, 10), open(1, 30)], { streams: 2, refillsStreams: true });
    expect(steady.reason).toBe('too short: no request started after the ramp');
  });

  test('has null, not 0 or infinity, if nothing was issued or no time passed', () => {
    const none = measure([], { streams: null, rampMs: 0 });
    expect(none.full.completedRequestsPerMinute.value).toBeNull();
    const instant = measure([makeFailure(5, 0)], { streams: null, rampMs: 0 });
    expect(instant.full).toMatchObject({
      durationMs: 0,
      completedRequestsPerMinute: { value: null },
      achievedConcurrency: { value: null },
      achievedRequestsPerSecond: { value: null },
    });
  });
});
