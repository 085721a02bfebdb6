import { describe, expect, test } from 'vitest';
import { regressLatencies } from '../../../../shared/report/build/regress-latencies.ts';
import { makeOk, makeRandom } from '../../../support/factories/sample-factory.ts';

/** Builds requests of e2e = 200 + 0.5·in + 30·out and ttft = 150 + 0.45·in, with noise of the given size. */
function requests(sizes: readonly (readonly [number, number])[], noiseMs = 0, perInputMs = 0.5) {
  const random = makeRandom(7);
  return sizes.map(([inputTokens, outputTokens], index) => {
    const noise = () => noiseMs * (random() - 0.5);
    const ttftMs = 150 + 0.45 * inputTokens + noise();
    const e2eMs = 200 + perInputMs * inputTokens + 30 * outputTokens + noise();
    return makeOk({ startMs: 0, ttftMs, e2eMs }, { requestIndex: index, inputTokens, outputTokens });
  });
}
const spread = (n: number) =>
  Array.from({ length: n }, (_, i) => [250 + ((i * 613) % 900), 100 + ((i * 37) % 90)] as const);

describe('regressLatencies', () => {
  test('estimates the time per input and output token, their ratio, and the prefill', () => {
    const { e2e, outputToInputRatio, prefill } = regressLatencies(requests(spread(40)));
    expect(e2e).toMatchObject({ n: 40, reason: null, degreesOfFreedom: 37, basis: 'tokenizer' });
    expect(e2e.coefficients.map(({ name }) => name)).toEqual(['intercept', 'inputTokens', 'outputTokens']);
    [200, 0.5, 30].forEach((value, j) => {
      expect(e2e.coefficients[j]?.value).toBeCloseTo(value, 9);
    });
    expect(e2e.rSquared).toBeCloseTo(1, 12);
    expect(outputToInputRatio.value).toBeCloseTo(60, 6);
    [150, 0.45].forEach((value, j) => {
      expect(prefill.coefficients[j]?.value).toBeCloseTo(value, 9);
    });
    expect(prefill.ranges).toMatchObject({ inputTokens: { min: expect.any(Number) }, outputTokens: null });
  });

  test('gives intervals that contain the true values', () => {
    const { e2e, outputToInputRatio } = regressLatencies(requests(spread(200), 300));
    [200, 0.5, 30].forEach((value, j) => {
      const interval = e2e.coefficients[j]?.interval;
      expect(interval).toMatchObject({ level: 0.95, method: 't, HC3' });
      expect(interval?.low).toBeLessThan(value);
      expect(interval?.high).toBeGreaterThan(value);
    });
    expect(outputToInputRatio.interval?.low).toBeLessThan(60);
    expect(outputToInputRatio.interval?.high).toBeGreaterThan(60);
  });

  test.each([
    ['fewer than ten requests', spread(9), 'needs at least 10 requests with these values, but there are 9'],
    ['one input size', spread(40).map(([, out]) => [550, out] as const), 'inputTokens does not vary'],
    ['one output size', spread(40).map(([input]) => [input, 150] as const), 'outputTokens does not vary'],
    [
      'sizes that vary together',
      spread(40).map(([input], i) => [input, 2 * input + (i % 2)] as const),
      'inputTokens and outputTokens vary together',
    ],
    [
      'one request that differs',
      spread(40).map(([, out], i) => [i === 7 ? 3_500 : 550, out] as const),
      'a single request determines',
    ],
  ])('gives no fit, but a reason, for %s', (_, sizes, reason) => {
    const { e2e, outputToInputRatio } = regressLatencies(requests(sizes, 20));
    expect(e2e.coefficients).toEqual([]);
    expect(e2e.reason).toContain(reason);
    expect(outputToInputRatio).toMatchObject({ value: null, reason: e2e.reason });
  });

  test('gives no ratio if the time per input token may be 0', () => {
    const { e2e, outputToInputRatio } = regressLatencies(requests(spread(40), 400, 0));
    expect(e2e.reason).toBeNull();
    expect(outputToInputRatio).toMatchObject({ value: null, interval: null, n: 40 });
    expect(outputToInputRatio.reason).toContain('could be 0');
  });

  test('excludes requests without a count from n', () => {
    const samples = requests(spread(40)).map((sample) =>
      sample.requestIndex < 5 ? { ...sample, outputTokens: null } : sample,
    );
    const { e2e, prefill } = regressLatencies(samples);
    expect([e2e.n, prefill.n]).toEqual([35, 40]);
  });
});
