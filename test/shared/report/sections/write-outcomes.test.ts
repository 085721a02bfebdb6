import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../../shared/report/build/build-report.ts';
import { summarizeRun } from '../../../../shared/report/sections/write-outcomes.ts';
import type { Sample } from '../../../../shared/sample/sample.ts';
import {
  makeFailure,
  makeReportInput,
  makeSample,
  makeSpec,
  makeTwoProviders,
  quickProvider,
} from '../../../support/factories/sample-factory.ts';

describe('summarizeRun', () => {
  test('summarizes a run in one line', () => {
    expect(summarizeRun(buildReport(makeTwoProviders()))).toBe(
      'llama-2-70b-chat, two providers (run_01hma0000000000000000000aa): 300 of 300 requests succeeded; measurement quality: ok; no assertions',
    );
  });

  const unreachable = { outcome: 'connect', httpStatus: null, retryAfterMs: null } as const;
  const error = { code: 'connect', message: 'The connection could not be made' };
  const writeHeadline = (requests: number, change: (sample: Sample) => Sample) => {
    const spec = makeSpec({ load: { mode: 'concurrency', stages: [{ concurrency: 1, requests }], warmupRequests: 0 } });
    const input = makeReportInput(spec, [quickProvider]);
    const stages = input.stages.map((stage) => ({ ...stage, samples: stage.samples.map(change) }));
    return summarizeRun(buildReport({ ...input, stages })).replace(/^run_\w+: /, '');
  };

  test('says NO RESULTS and the cause if every request failed', () => {
    expect(
      writeHeadline(4, ({ requestIndex: index }) =>
        makeFailure(index, 3, { requestIndex: index, ...unreachable, error }),
      ),
    ).toBe(
      'NO RESULTS: all 4 requests failed: 4 connect (The connection could not be made); measurement quality: suspect; no assertions',
    );
    expect(
      writeHeadline(1, ({ requestIndex: index }) =>
        makeFailure(index, 3, { requestIndex: index, ...unreachable, error }),
      ),
    ).toMatch(/^NO RESULTS: the only request failed: 1 connect/);
  });

  test('says NO RESULTS if a run stopped before the first successful request', () => {
    const stopped = writeHeadline(4, ({ requestIndex: index }) =>
      index === 0
        ? makeFailure(index, 3, {
            requestIndex: index,
            outcome: 'canceled',
            httpStatus: null,
            retryAfterMs: null,
            error: null,
          })
        : makeSample({ requestIndex: index, notSentReason: 'run_canceled' }),
    );
    expect(stopped).toBe(
      'NO RESULTS: 0 of 4 requests succeeded: 1 canceled, 3 not sent; measurement quality: suspect; no assertions',
    );
  });

  test('lists the failure classes, the largest first, if more than half of the requests failed', () => {
    const mixed = writeHeadline(8, (sample) => {
      const { requestIndex: index } = sample;
      if (index < 3) return sample;
      return index < 6
        ? makeFailure(index, 3, { requestIndex: index, ...unreachable, error })
        : makeFailure(index, 3, { requestIndex: index });
    });
    expect(mixed).toBe(
      '3 of 8 requests succeeded; 5 FAILED: 3 connect (The connection could not be made), 2 rate_limited (HTTP 429, rate_limit_exceeded: Rate limit reached); measurement quality: suspect; no assertions',
    );
  });
});
