import { expect, test } from 'vitest';
import { regressLatencies } from '../../../../shared/report/build/regress-latencies.ts';
import { makeOk, makeRandom } from '../../../support/factories/sample-factory.ts';

/** Builds requests of e2e = 200 + 0.5·in + 45·out with noise of ± 100 ms, and a stall in every `every`-th long request. */
function requests(n: number, stallMs: number, every = 8) {
  const random = makeRandom(11);
  return Array.from({ length: n }, (_, index) => {
    const inputTokens = 250 + ((index * 613) % 3_250);
    const outputTokens = 50 + ((index * 37) % 190);
    const stalled = inputTokens > 2_000 && index % every === 0;
    const noise = 200 * (random() - 0.5);
    const e2eMs = 200 + 0.5 * inputTokens + 45 * outputTokens + noise + (stalled ? stallMs : 0);
    return makeOk(
      { startMs: 0, ttftMs: 100 + 0.5 * inputTokens, e2eMs },
      { requestIndex: index, inputTokens, outputTokens },
    );
  });
}

test('a robust fit is given if stalls move a coefficient, and contains the true value', () => {
  const { e2e } = regressLatencies(requests(200, 20_000));
  const { robust, robustReason } = e2e;
  expect(robustReason).toBeNull();
  const input = robust?.coefficients.find(({ name }) => name === 'inputTokens');
  const leastSquares = e2e.coefficients.find(({ name }) => name === 'inputTokens');
  expect(input).toMatchObject({ moved: true, unit: 'ms per token' });
  expect(Number(input?.interval.low)).toBeLessThan(0.5);
  expect(Number(input?.interval.high)).toBeGreaterThan(0.5);
  expect(leastSquares?.value).toBeGreaterThan(0.6);
  expect(robust?.downweighted).toBeGreaterThan(10);
});

test('a robust fit is null, with the reason, if no outlier moves a coefficient or there is no fit', () => {
  expect(regressLatencies(requests(200, 0)).e2e).toMatchObject({
    robust: null,
    robustReason: 'no outlier moves a coefficient by more than the half-width of its interval',
  });
  expect(regressLatencies(requests(5, 0)).e2e).toMatchObject({
    robust: null,
    robustReason: 'there is no fit to compare it with',
  });
});

test('a robust fit of very many requests uses evenly chosen ones, and has their n', () => {
  const { e2e } = regressLatencies(requests(12_000, 20_000));
  expect(e2e.n).toBe(12_000);
  expect(e2e.robust?.n).toBe(5_000);
});
