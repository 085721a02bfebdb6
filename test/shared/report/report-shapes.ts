import { buildReport } from '../../../shared/report/build/build-report.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import {
  makeFailure,
  makeReportInput,
  makeSample,
  makeSpec,
  makeTwoProviders,
  quickProvider,
  slowProvider,
} from '../../support/factories/sample-factory.ts';

/* Deterministic reports of every shape that a renderer handles. */

const once = <T>(make: () => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

const priced = [
  { id: 'anyscale', pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 1, asOf: '2023-11-01' } },
  { id: 'fireworks', pricing: { inputPerMillionTokens: 0.7, outputPerMillionTokens: 2.8, asOf: '2023-11-01' } },
];
const concurrency = (levels: number[], requests: number) => ({
  mode: 'concurrency' as const,
  stages: levels.map((levelIndex) => ({ concurrency: levelIndex, requests })),
  warmupRequests: 2,
});

const flaky = { ...quickProvider, failureShare: 0.05 };

export const reportShapes = {
  twoProviders: once(() => buildReport(makeTwoProviders())),
  sweep: once(() => {
    const spec = makeSpec({
      name: 'two providers from 1 to 30 streams',
      targets: priced,
      load: concurrency([1, 5, 30], 60),
      assertions: [
        { metric: 'ttftMs', statistic: 'p95', op: '<=', value: 700 },
        { metric: 'errorRate', op: '<', value: 0.2 },
      ],
      metadata: { commit: 'abc123' },
    });
    return buildReport(makeReportInput(spec, [flaky, slowProvider]));
  }),
  rate: once(() => {
    const stages = [1, 4].map((requestsPerSecond) => ({ requestsPerSecond, requests: 40 }));
    return buildReport(makeReportInput(makeSpec({ load: { mode: 'rate', stages } }), [quickProvider]));
  }),
  oneTarget: once(() => buildReport(makeReportInput(makeSpec({ load: concurrency([5], 40) }), [quickProvider]))),
  oneRequest: once(() => buildReport(makeReportInput(makeSpec({ load: concurrency([1], 1) }), [quickProvider]))),
  manyTargets: once(() => {
    const targets = Array.from({ length: 8 }, (_, i) => ({ id: `target-with-a-long-name-${i}` }));
    return buildReport(makeReportInput(makeSpec({ targets, load: concurrency([5], 12) }), [quickProvider, flaky]));
  }),
  /** Too many targets and loads for one chart. */
  manySeries: once(() => {
    const targets = Array.from({ length: 8 }, (_, i) => ({ id: `provider-${i}`, pricing: priced[0]?.pricing }));
    const spec = makeSpec({
      targets,
      load: concurrency([1, 7, 30], 12),
      assertions: [{ metric: 'ttftMs', statistic: 'p50', op: '<=', value: 0.25 }],
    });
    return buildReport(makeReportInput(spec, [quickProvider, flaky, slowProvider]));
  }),
  allFailed: once((): Report => {
    const input = makeTwoProviders(20);
    const stages = input.stages.map((stage) => ({
      ...stage,
      samples: stage.samples.map(({ requestIndex: index, warmup }) =>
        makeFailure(index, 3, { requestIndex: index, warmup }),
      ),
    }));
    return buildReport({ ...input, stages });
  }),
  nothingSent: once((): Report => {
    const input = makeTwoProviders(20);
    const stages = input.stages.map((stage) => ({
      ...stage,
      startAtMs: null,
      attempts: [],
      samples: stage.samples.map(({ requestIndex: index, warmup }) =>
        makeSample({ requestIndex: index, warmup, notSentReason: 'run_canceled' }),
      ),
    }));
    return buildReport({ ...input, stages });
  }),
};
