import { buildReport } from '../../../shared/report/build/build-report.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import type { RunSpec } from '../../../shared/spec/run-spec.ts';
import { makeReportInput, makeSpec, quickProvider, slowProvider } from './sample-factory.ts';

const pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 1, asOf: '2023-11-01' };
const flaky = { ...quickProvider, failureShare: 0.05 };

/** Makes a spec with as many stages as a run can have: 20 targets at 40 loads. */
export function makeLargeSpec({ targets = 20, loads = 40 } = {}): RunSpec {
  return makeSpec({
    targets: Array.from({ length: targets }, (_, i) => ({ id: `provider-${i}`, pricing })),
    load: {
      mode: 'concurrency',
      warmupRequests: 2,
      stages: Array.from({ length: loads }, (_, i) => ({ concurrency: i + 1, requests: 45 })),
    },
  });
}

/** Makes the report of the largest spec. Most of its stages repeat the numbers of others, because building is slow. */
export function makeLargeReport(): Report {
  const report = buildReport(makeReportInput(makeLargeSpec({ loads: 1 }), [quickProvider, flaky, slowProvider]));
  const loads = Array.from({ length: 40 }, (_, levelIndex) => levelIndex);
  const stages = loads.flatMap((levelIndex) =>
    report.stages.map((stage, targetIndex) => ({
      ...structuredClone(stage),
      stageIndex: levelIndex * report.stages.length + targetIndex,
      groupIndex: levelIndex * report.stages.length + targetIndex,
      levelIndex,
      load: { ...stage.load, concurrency: levelIndex + 1 },
    })),
  );
  return { ...report, stages };
}
