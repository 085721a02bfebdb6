import { buildStageReport } from '../../../shared/report/build/build-stage-report.ts';
import { compareRuns } from '../../../shared/report/build/compare/compare-runs.ts';
import { makeComparable } from '../../../shared/report/build/compare/compare-stages.ts';
import { measuredOrigin } from '../../../shared/report/build/report-origin.ts';
import type { RunsComparison } from '../../../shared/report/model/run-comparison.ts';
import { makeReportInput, makeSpec, quickProvider } from '../../support/factories/sample-factory.ts';

function makeComparedRun(factor: number) {
  const spec = makeSpec({
    targets: [{ id: 'a' }],
    load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 60 }] },
  });
  const provider = { ...quickProvider, baseMs: 290 * factor, perOutputMs: 27 * factor };
  const { stages } = makeReportInput(spec, [provider], 1, { withGaps: false });
  return {
    spec,
    origin: measuredOrigin,
    stages: stages.map((input) => makeComparable({ input, report: buildStageReport(spec, input) })),
  };
}

/** Makes a comparison of a run with a base that is 1.3 times as fast. `label` names the run, its model and its note. */
export function makeRunsComparison(label: string): RunsComparison {
  const run = (id: string) => ({
    runId: `run_01hma0000000000000000000${id}`,
    source: 'measured' as const,
    createdAt: '2024-01-17T12:00:00.000Z',
    targets: [{ targetId: 'a', model: label }],
    trust: { result: 'ok' as const, reasons: [] },
  });
  const comparison = compareRuns(makeComparedRun(1), makeComparedRun(1.3), {
    chooseNames: ({ target }) => ({ base: 'the base', target }),
    tolerance: 0.05,
    shareTolerance: 0.01,
  });
  return { base: { ...run('aa'), label: 'base' }, runs: [{ ...run('bb'), label, notes: [label], comparison }] };
}
