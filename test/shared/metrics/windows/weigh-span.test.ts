import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findOpenSpans } from '../../../../shared/metrics/find-open-spans.ts';
import { findWindows, type Window } from '../../../../shared/metrics/windows/find-windows.ts';
import { measureWindow } from '../../../../shared/metrics/windows/measure-windows.ts';
import { weighSpan } from '../../../../shared/metrics/windows/weigh-span.ts';
import type { Sample } from '../../../../shared/sample/sample.ts';
import { makeFailure, makeOk } from '../../../support/factories/sample-factory.ts';

type Kind = 'ok' | 'failed' | 'disturbed';
type Schedule = { shortestMs: number; samples: Sample[]; streams: number };

function makeRequest(startMs: number, openMs: number, kind: Kind, outputTokens: number): Sample {
  const endMs = startMs + openMs;
  if (kind === 'failed') return { ...makeFailure(startMs, openMs), endMs };
  const ok = makeOk({ startMs, ttftMs: 0, e2eMs: openMs }, { endMs, inputTokens: 3, outputTokens });
  return { ...ok, disturbed: kind === 'disturbed' };
}

const kinds = fc.constantFrom<Kind[]>('ok', 'ok', 'ok', 'failed', 'disturbed');
const drawnRequest = fc.record({ pauseMs: fc.nat(30), extraMs: fc.nat(60), kind: kinds, tokens: fc.nat(9) });
const drawnStreams = fc.array(fc.array(drawnRequest, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 });

/** Schedules in whole milliseconds: `streams` requests at most are open at once, each for `shortestMs` or longer. */
const schedules = fc.tuple(fc.integer({ min: 1, max: 40 }), drawnStreams).map(([shortestMs, drawn]): Schedule => {
  const samples = drawn.flatMap((requests) => {
    let freeMs = 0;
    return requests.map(({ pauseMs, extraMs, kind, tokens }) => {
      const sample = makeRequest(freeMs + pauseMs, shortestMs + extraMs, kind, tokens);
      freeMs += pauseMs + shortestMs + extraMs;
      return sample;
    });
  });
  return { shortestMs, samples, streams: drawn.length };
});
const drawnWindow = fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 400 }));
const windows = drawnWindow.map(([fromMs, lengthMs]): Window => ({ fromMs, toMs: fromMs + lengthMs }));

/** Integrates, millisecond by millisecond, what each open request adds if its value is spread over its open time. */
function integrate(samples: readonly Sample[], { fromMs, toMs }: Window, value: (sample: Sample) => number): number {
  let sum = 0;
  for (let ms = fromMs; ms < toMs; ms++)
    for (const sample of samples) {
      const [start, end] = [sample.startMs ?? 0, sample.endMs ?? 0];
      if (start <= ms && end > ms) sum += value(sample) / (end - start);
    }
  return sum;
}

test('a rate never exceeds what is possible: c requests at once that take s or longer give at most c/s', () => {
  fc.assert(
    fc.property(schedules, windows, ({ samples, streams, shortestMs }, drawn) => {
      const spans = findOpenSpans(samples);
      const { full, steady } = findWindows(spans, { streams, refillsStreams: true });
      const mostPerSecond = (streams / shortestMs) * 1_000 * (1 + 1e-9);
      for (const window of [drawn, full, steady]) {
        const found = measureWindow(spans, window, window === null ? 'none' : null, () => true);
        expect((found.completedRequestsPerMinute.value ?? 0) / 60).toBeLessThanOrEqual(mostPerSecond);
        expect(found.goodRequestsPerSecond.value ?? 0).toBeLessThanOrEqual(mostPerSecond);
        expect(found.achievedRequestsPerSecond.value ?? 0).toBeLessThanOrEqual(mostPerSecond);
        expect(found.outputTokensPerSecondTotal.value ?? 0).toBeLessThanOrEqual(9 * mostPerSecond);
        expect(found.totalTokensPerSecondTotal.value ?? 0).toBeLessThanOrEqual(12 * mostPerSecond);
      }
    }),
  );
});

test('rates agree with an integration over each millisecond of the window', () => {
  fc.assert(
    fc.property(schedules, windows, ({ samples }, window) => {
      const found = measureWindow(findOpenSpans(samples), window, null, () => true);
      const lengthMs = window.toMs - window.fromMs;
      const isCounted = ({ outcome, disturbed }: Sample) => outcome === 'ok' && !disturbed;
      const openMs = (kept: (sample: Sample) => boolean) =>
        integrate(samples.filter(kept), window, ({ startMs, endMs }) => (endMs ?? 0) - (startMs ?? 0));
      const allMs = openMs(() => true);
      const restMs = allMs === 0 ? lengthMs : lengthMs * (1 - openMs(({ disturbed }) => disturbed) / allMs);
      const perSecond = (value: (sample: Sample) => number) =>
        (integrate(samples, window, (sample) => (isCounted(sample) ? value(sample) : 0)) / restMs) * 1_000;
      const expectClose = (value: number | null, expected: number) =>
        restMs > 1e-6 && expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-6 * (1 + expected));
      expectClose(
        (found.completedRequestsPerMinute.value ?? Number.NaN) / 60,
        perSecond(() => 1),
      );
      expectClose(
        found.goodRequestsPerSecond.value,
        perSecond(() => 1),
      );
      expectClose(
        found.outputTokensPerSecondTotal.value,
        perSecond(({ outputTokens }) => outputTokens ?? 0),
      );
      expect(found.achievedConcurrency.value).toBeCloseTo(allMs / lengthMs, 9);
    }),
  );
});

test('8 slots that take 400 ms are reported as exactly 20 requests per second, for any number of requests', () => {
  for (const tokens of [1, 50])
    for (let requests = 1; requests <= 120; requests++) {
      const samples = Array.from({ length: requests }, (_, k) => {
        const jitterMs = (k % 8) * 3;
        return makeRequest(Math.floor(k / 8) * 400 + jitterMs, 400, 'ok', tokens);
      });
      const spans = findOpenSpans(samples);
      const { steady, whyNoSteady } = findWindows(spans, { streams: 8, refillsStreams: true });
      const found = measureWindow(spans, steady, whyNoSteady);
      if (steady === null) expect(found.completedRequestsPerMinute).toMatchObject({ value: null, reason: whyNoSteady });
      else {
        expect(found.completedRequestsPerMinute.value).toBeCloseTo(1_200, 6);
        expect(found.outputTokensPerSecondTotal.value).toBeCloseTo(20 * tokens, 6);
        expect(found.achievedRequestsPerSecond.value).toBeCloseTo(20, 6);
      }
      expect(steady === null).toBe(requests < 24);
    }
});

test('a request without open time counts once if it is inside the window, edges included', () => {
  const window = { fromMs: 10, toMs: 20 };
  expect([9, 10, 15, 20, 21].map((atMs) => weighSpan(atMs, atMs, window))).toEqual([0, 1, 1, 1, 0]);
  expect(weighSpan(0, 10, window)).toBe(0);
  expect(weighSpan(5, 25, window)).toBe(0.5);
});
