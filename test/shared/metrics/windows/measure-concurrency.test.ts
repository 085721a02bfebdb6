import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findOpenSpans } from '../../../../shared/metrics/find-open-spans.ts';
import { findWindows } from '../../../../shared/metrics/windows/find-windows.ts';
import { measureConcurrency } from '../../../../shared/metrics/windows/measure-concurrency.ts';
import { makeOk } from '../../../support/factories/sample-factory.ts';

const open = (startMs: number, endMs: number) => makeOk({ startMs, ttftMs: 0, e2eMs: endMs - startMs }, { endMs });

test('each step has the mean number of open requests', () => {
  // One request is open all the time, a second one for the middle half.
  const spans = findOpenSpans([open(0, 400), open(100, 300)]);
  const series = measureConcurrency(spans, { fromMs: 0, toMs: 400 });
  expect(series?.stepMs).toBe(2);
  expect(series?.open).toEqual([...new Array(50).fill(1), ...new Array(100).fill(2), ...new Array(50).fill(1)]);
});

test('there are at most 200 steps, which add up to the open time of all requests', () => {
  const request = fc.tuple(fc.nat(100_000), fc.integer({ min: 1, max: 50_000 }));
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 50 }), (requests) => {
      const spans = findOpenSpans(requests.map(([startMs, lastsMs]) => open(startMs, startMs + lastsMs)));
      const series = measureConcurrency(spans, findWindows(spans, { streams: null, rampMs: 0 }).full);
      if (series === null) throw new Error('a window of some length has a series');
      expect(series.open.length).toBeLessThanOrEqual(200);
      const openMs = series.open.reduce((sum, mean) => sum + mean * series.stepMs, 0);
      const wantedMs = requests.reduce((sum, [, lastsMs]) => sum + lastsMs, 0);
      // Values are rounded to a thousandth.
      expect(Math.abs(openMs - wantedMs)).toBeLessThanOrEqual(0.0006 * series.stepMs * series.open.length);
      expect(Math.max(...series.open)).toBeLessThanOrEqual(requests.length);
    }),
  );
});

test('a window without length has no steps', () => {
  expect(measureConcurrency(findOpenSpans([]), null)).toBeNull();
  expect(measureConcurrency(findOpenSpans([]), { fromMs: 5, toMs: 5 })).toBeNull();
});
