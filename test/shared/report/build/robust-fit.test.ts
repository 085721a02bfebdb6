import { expect, test } from 'vitest';
import { regressLatencies } from '../../../../shared/report/build/regress-latencies.ts';
import { makeOk, makeRandom } from '../../../support/sample-factory.ts';

/** e2e = 200 + 0.5·in + 45·out with noise of ± 100 ms; of each `every`-th of the long requests a stall is added. */
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

test('stands beside least squares where stalls move a coefficient, and holds the truth that they hide', () => {
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

test('is null, with the reason, where no outlier moves anything, and where there is no fit', () => {
  expect(regressLatencies(requests(200, 0)).e2e).toMatchObject({
    robust: null,
    robustReason: 'no outlier moves a coefficient by more than the half-width of its interval',
  });
  expect(regressLatencies(requests(5, 0)).e2e).toMatchObject({
    robust: null,
    robustReason: 'there is no fit to hold it against',
  });
});

test('rests on evenly chosen requests where they are very many, and says on how many', () => {
  const { e2e } = regressLatencies(requests(12_000, 20_000));
  expect(e2e.n).toBe(12_000);
  expect(e2e.robust?.n).toBe(5_000);
});
