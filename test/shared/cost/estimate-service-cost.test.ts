import { describe, expect, test } from 'vitest';
import { estimateServiceCost, measureStageUse, priceServiceUse } from '../../../shared/cost/estimate-service-cost.ts';
import { makeOk, makeSample } from '../../support/factories/sample-factory.ts';

/** A million requests of 5 s and 150 tokens at 64 streams a worker. */
const million = { batches: 1_000, requests: 1e6, outputEvents: 150e6, busyMs: (1e6 * 5_000) / 64 };

describe('estimateServiceCost', () => {
  test('a million requests use about 138,000 GB-s and under a million write units, and cost a few USD', () => {
    const { use, lambdaUsd, dynamodbUsd, sqsUsd, totalUsd } = estimateServiceCost([million]);
    expect(use.lambdaGbSeconds).toBeGreaterThan(130_000);
    expect(use.lambdaGbSeconds).toBeLessThan(150_000);
    expect(use.dynamodbWriteUnits).toBeGreaterThan(300_000);
    expect(use.dynamodbWriteUnits).toBeLessThan(1_000_000);
    expect(lambdaUsd).toBeCloseTo(1.9, 0);
    expect(dynamodbUsd).toBeLessThan(0.7);
    expect(sqsUsd).toBeLessThan(0.01);
    expect(totalUsd).toBeCloseTo(lambdaUsd + dynamodbUsd + sqsUsd, 12);
  });

  test('prices the use by the list', () => {
    const none = {
      lambdaGbSeconds: 0,
      lambdaInvocations: 0,
      dynamodbWriteUnits: 0,
      dynamodbReadUnits: 0,
      sqsRequests: 0,
    };
    expect(priceServiceUse(none).totalUsd).toBe(0);
    expect(priceServiceUse({ ...none, lambdaGbSeconds: 1e6 }).lambdaUsd).toBeCloseTo(13.3334, 9);
    expect(priceServiceUse({ ...none, dynamodbWriteUnits: 1e6, dynamodbReadUnits: 1e6 }).dynamodbUsd).toBeCloseTo(
      0.75,
      12,
    );
    expect(priceServiceUse({ ...none, sqsRequests: 1e6 }).sqsUsd).toBeCloseTo(0.4, 12);
  });

  test('grows with the time that workers are busy', () => {
    const longer = estimateServiceCost([{ ...million, busyMs: 2 * million.busyMs }]);
    expect(longer.use.lambdaGbSeconds).toBeGreaterThan(1.9 * estimateServiceCost([million]).use.lambdaGbSeconds);
  });
});

test('a batch is busy from its first start to its last end; unsent requests use nothing', () => {
  const times = { ttftMs: 100, e2eMs: 1_000 };
  const samples = [
    makeOk({ startMs: 0, ...times }, { batchIndex: 0, outputEvents: 10 }),
    makeOk({ startMs: 4_000, ...times }, { batchIndex: 0, outputEvents: 20 }),
    makeOk({ startMs: 500, ...times }, { batchIndex: 1, outputEvents: 5 }),
    makeSample({ batchIndex: 1 }),
  ];
  expect(measureStageUse(2, samples)).toEqual({ batches: 2, requests: 3, outputEvents: 35, busyMs: 5_000.5 + 1_000.5 });
});
