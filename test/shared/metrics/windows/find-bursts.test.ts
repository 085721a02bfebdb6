import { describe, expect, test } from 'vitest';
import { findOpenSpans } from '../../../../shared/metrics/find-open-spans.ts';
import { findStartBurst, findSynchronization } from '../../../../shared/metrics/windows/find-bursts.ts';
import { findWindows } from '../../../../shared/metrics/windows/find-windows.ts';
import { createSeededRandom, drawUnitGamma } from '../../../../shared/workload/distributions/seeded-random.ts';
import { makeOk } from '../../../support/factories/sample-factory.ts';

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

/** Builds a closed loop whose requests take about a second; the streams begin `apartMs` apart. */
function loop(seed: number, cv: number, streams = 20, requests = 20, apartMs = 3) {
  const random = createSeededRandom(seed, 'loop');
  const samples = Array.from({ length: streams }, (_, stream) => {
    let atMs = stream * apartMs;
    return Array.from({ length: requests }, () => {
      const lastsMs = cv === 0 ? 1_000 : 1_000 * drawUnitGamma(1 / cv ** 2, random);
      const sample = makeOk({ startMs: atMs, ttftMs: 10, e2eMs: lastsMs }, { endMs: atMs + lastsMs });
      atMs += lastsMs;
      return sample;
    });
  });
  return findOpenSpans(samples.flat());
}

describe('synchronization', () => {
  test('is found if all requests take equally long, in 20 of 20 runs', () => {
    for (const seed of seeds) {
      const found = findSynchronization(loop(seed, 0.005), 1_100);
      expect(found?.dispersion).toBeGreaterThan(5);
      expect(found?.autocorrelation).toBeGreaterThan(0.5);
    }
  });

  test('is not found if lengths vary, in 0 of 20 runs', () => {
    for (const seed of seeds) expect(findSynchronization(loop(seed, 0.3, 20, 40), 3_000)).toBeNull();
  });

  test('is not found for even begins, few streams, or few requests', () => {
    expect(findSynchronization(loop(1, 0, 20, 20, 50), 1_000)).toBeNull();
    expect(findSynchronization(loop(1, 0, 2), 1_000)).toBeNull();
    expect(findSynchronization(loop(1, 0, 20, 5), 1_000)).toBeNull();
    expect(findSynchronization(findOpenSpans([]), 0)).toBeNull();
  });
});

describe('a start burst', () => {
  test('has the first request of each stream if all begin within 10 % of the open time', () => {
    const burst = findStartBurst(loop(1, 0.3), 20);
    expect(burst?.first).toHaveLength(20);
    expect(burst?.spanMs).toBe(57);
    expect(findStartBurst(loop(1, 0.3, 20, 20, 50), 20)).toBeNull();
    expect(findStartBurst(loop(1, 0.3), 1)).toBeNull();
    expect(findStartBurst(findOpenSpans([]), 2)).toBeNull();
  });

  test('is excluded from the steady window of a closed loop, but not of rounds', () => {
    const spans = loop(1, 0.3);
    const burst = findStartBurst(spans, 20);
    expect(findWindows(spans, { streams: 20, refillsStreams: true }).steady?.fromMs).toBe(burst?.overMs);
    expect(findWindows(spans, { streams: 20, refillsStreams: false }).steady?.fromMs).toBe(57);
    const apart = loop(1, 0.3, 20, 20, 50);
    expect(findWindows(apart, { streams: 20, refillsStreams: true }).steady?.fromMs).toBeGreaterThanOrEqual(950);
  });
});
