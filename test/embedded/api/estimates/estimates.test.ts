import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

describe('an estimate', () => {
  const spec = {
    targets: [
      {
        id: 'a',
        baseUrl: 'https://a.example.com',
        model: 'm',
        pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 1 },
      },
      {
        id: 'b',
        baseUrl: 'https://b.example.com',
        model: 'm',
        pricing: { inputPerMillionTokens: 0.7, outputPerMillionTokens: 2.8 },
      },
    ],
    workload: {
      kind: 'sonnet',
      inputTokens: { distribution: 'fixed', value: 550 },
      outputTokens: { distribution: 'fixed', value: 150 },
    },
    load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 1_000 }], warmupRequests: 0 },
  };

  test('equals the cost in the blog for 1,000 requests of 550 and 150 tokens', async () => {
    const { json } = await bench.ask('POST', '/v1/estimates?e2eLatencyMs=5000', { body: spec });
    expect(json.targets.map(({ costUsd }: { costUsd: number }) => costUsd)).toEqual([
      expect.closeTo(0.7, 9),
      expect.closeTo(0.805, 9),
    ]);
    expect(json.costUsd).toBeCloseTo(1.505, 9);
    expect(json).toMatchObject({
      requests: { measured: 2_000, warmup: 0, total: 2_000 },
      inputTokens: 1_100_000,
      outputTokens: 300_000,
    });
    expect(json.durationMs).toEqual({ min: 2 * 200 * 5_000, max: 2 * 200 * 5_000 });
    expect(json.assumptions[0]).toContain('5000 ms');
  });

  test('has a range, its assumptions, and a null cost without prices', async () => {
    const { json } = await bench.ask('POST', '/v1/estimates', {
      body: { targets: [{ baseUrl: 'https://a.example.com', model: 'm' }] },
    });
    expect(json.costUsd).toBeNull();
    expect(json.durationMs.min).toBeLessThan(json.durationMs.max);
    expect(json.assumptions.length).toBeGreaterThan(2);
  });

  test('stores nothing and rejects the same specs as a run', async () => {
    const before = await bench.dump();
    await bench.ask('POST', '/v1/estimates', { body: spec });
    const rates = (text: string) => text.replace(/"(used|count|hits|uses)":\d+/g, '');
    expect(rates(await bench.dump())).toBe(rates(before));
    expect((await bench.ask('POST', '/v1/estimates', { body: { targets: [] } })).status).toBe(422);
  });
});
