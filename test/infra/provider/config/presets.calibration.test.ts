import { describe, expect, test } from 'vitest';
import { type PresetName, presets } from '../../../../infra/provider/config/presets.ts';
import { modelSchema } from '../../../../infra/provider/config/provider-config.ts';
import { createRandom, drawNormal } from '../../../../infra/provider/engine/draw-stream.ts';
import { type SimulatedLoad, simulateLoad } from '../simulate-load.ts';

/* The published figures, compared with the model itself, by a clock that jumps: minutes of load in milliseconds. */

function pickSize(index: number) {
  const random = createRandom(99, index);
  return {
    inputTokens: Math.max(50, Math.round(550 + 150 * drawNormal(random))),
    outputTokens: Math.max(10, Math.round(150 + 20 * drawNormal(random))),
  };
}

function parseModel(preset: PresetName) {
  return modelSchema.parse(presets[preset][preset]);
}

function run(preset: PresetName, mode: SimulatedLoad['mode'], concurrency: number, requests = concurrency * 60) {
  const result = simulateLoad(parseModel(preset), { mode, concurrency, requests, seed: 3, pickSize });
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    ttftMs: mean(result.requests.map((request) => request.ttftMs)),
    e2eMs: mean(result.requests.map((request) => request.e2eMs)),
    requestsPerMinute: result.requestsPerMinute,
  };
}

function expectWithin(actual: number, expected: number, share: number) {
  expect(Math.abs(actual / expected - 1), `${actual} against ${expected}`).toBeLessThan(share);
}

// The results do not depend on the machine, but a busy one needs longer than the default time limit.
describe('presets', { timeout: 60_000 }, () => {
  test.each([
    ['anyscale-2023', 563, 4_600],
    ['fireworks-2023', 630, 5_300],
  ] as const)(
    '%s has TTFT %d ms and end-to-end latency %d ms at 5 streams and 550/150 tokens',
    (preset, ttftMs, e2eMs) => {
      for (const mode of ['continuous', 'rounds'] as const) {
        const load = run(preset, mode, 5, 2_000);
        expectWithin(load.ttftMs, ttftMs, 0.02);
        expectWithin(load.e2eMs, e2eMs, 0.02);
      }
    },
  );

  test('at 5 streams Fireworks has 15 % more end-to-end latency than Anyscale; at 30 streams, 5 %', () => {
    const ratio = (concurrency: number) =>
      run('fireworks-2023', 'rounds', concurrency).e2eMs / run('anyscale-2023', 'rounds', concurrency).e2eMs;
    expectWithin(ratio(5), 1.152, 0.03);
    expectWithin(ratio(30), 1.05, 0.03);
  });

  test('the slower provider has the lower TTFT under high load', () => {
    expect(run('fireworks-2023', 'rounds', 30).ttftMs).toBeLessThan(run('anyscale-2023', 'rounds', 30).ttftMs);
  });

  test.each([
    ['anyscale-2023', 227],
    ['fireworks-2023', 184],
  ] as const)('%s reaches at most %d requests per minute in rounds, at about 30 streams', (preset, highest) => {
    const rates = [5, 10, 20, 30, 50].map((concurrency) => run(preset, 'rounds', concurrency).requestsPerMinute);
    const [five, ten, twenty, thirty, fifty] = rates;
    expectWithin(thirty ?? 0, highest, 0.04);
    expect([five, ten, twenty, thirty]).toEqual([five, ten, twenty, thirty].toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    expect(fifty).toBeLessThan((thirty ?? 0) * 1.03);
  });

  test.each(['anyscale-2023', 'fireworks-2023', 'perplexity-2023'] as const)(
    '%s takes 0.3 to 0.7 ms per input token and about 30 ms per output token',
    (preset) => {
      const { latency } = parseModel(preset);
      expect(latency.ttft.perInputTokenMs).toBeGreaterThanOrEqual(0.3);
      expect(latency.ttft.perInputTokenMs).toBeLessThanOrEqual(0.7);
      expect(latency.outputToken.ms).toBeGreaterThan(20);
      expect(latency.outputToken.ms).toBeLessThan(40);
    },
  );

  test('the same seed gives the same load, and another seed gives a different one', () => {
    const load = { mode: 'continuous', concurrency: 5, requests: 50, pickSize } as const;
    const model = parseModel('anyscale-2023');
    const once = simulateLoad(model, { ...load, seed: 1 });
    expect(simulateLoad(model, { ...load, seed: 1 })).toEqual(once);
    expect(simulateLoad(model, { ...load, seed: 2 })).not.toEqual(once);
  });
});
