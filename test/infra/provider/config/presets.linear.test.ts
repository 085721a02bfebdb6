import { expect, test } from 'vitest';
import example from '../../../../examples/regression.json' with { type: 'json' };
import { presets } from '../../../../infra/provider/config/presets.ts';
import { modelSchema } from '../../../../infra/provider/config/provider-config.ts';
import { regressLatencies } from '../../../../shared/report/build/regress-latencies.ts';
import { runSpecInputSchema } from '../../../../shared/spec/run-spec.ts';
import { drawTokenCount } from '../../../../shared/workload/distributions/draw-token-count.ts';
import { createSeededRandom } from '../../../../shared/workload/distributions/seeded-random.ts';
import { makeOk } from '../../../support/factories/sample-factory.ts';
import { simulateLoad } from '../simulate-load.ts';

/** Simulates the example's requests against its model with the sizes, load, and noise of the run. */
test('the regression example recovers 0.5 ms per input token, 45 ms per output token, and their ratio of 90 within its intervals', () => {
  const { workload, load, seed = 0 } = runSpecInputSchema.parse(example);
  if (workload.kind !== 'sonnet' || load.mode !== 'concurrency') throw new Error('The example has another form.');
  const [{ concurrency, requests } = { concurrency: 1, requests: 1 }] = load.stages;
  const pickSize = (index: number) => ({
    inputTokens: drawTokenCount(workload.inputTokens, createSeededRandom(seed, 'input-tokens', 'measured', index), 1),
    outputTokens: drawTokenCount(workload.outputTokens, createSeededRandom(seed, 'output-tokens', 'measured', index)),
  });
  const model = modelSchema.parse(presets.linear['linear']);
  const simulated = simulateLoad(model, { mode: 'continuous', concurrency, requests, seed, pickSize });
  expect(simulated.requests).toHaveLength(requests);
  const ok = simulated.requests.map((request) =>
    makeOk(request, { requestIndex: request.index, ...pickSize(request.index) }),
  );
  const { e2e, outputToInputRatio } = regressLatencies(ok);
  const [, input, output] = e2e.coefficients;
  for (const [coefficient, truth] of [
    [input, 0.5],
    [output, 45],
  ] as const) {
    expect(coefficient?.interval.low).toBeLessThan(truth);
    expect(coefficient?.interval.high).toBeGreaterThan(truth);
    // The design identifies the ratio, so its interval is narrow.
    expect(coefficient?.standardError).toBeLessThan(0.1 * truth);
  }
  expect(outputToInputRatio.interval?.low).toBeLessThan(90);
  expect(outputToInputRatio.interval?.high).toBeGreaterThan(90);
});
