import { measuredOrigin, type ReportOrigin } from '../report/build/report-origin.ts';
import { type Imported, unknownBaseUrl } from '../sample/imported.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { findMisfits } from './find-misfits.ts';
import { importedDefinitions } from './imported-definitions.ts';
import { importedNotes } from './imported-notes.ts';
import { describeOddSpeed } from './odd-speed.ts';
import { explainMissing, withImported } from './with-imported.ts';

/** Returns the origin of a run's samples: LLMPerf's files for an import, this service for any other run. */
export function chooseOrigin({ imported }: Pick<RunSpec, 'imported'>): ReportOrigin {
  return imported === undefined ? measuredOrigin : createImportedOrigin(imported);
}

/** The spec of an import only satisfies the schema, so its report states nothing from it. */
function createImportedOrigin(imported: Imported): ReportOrigin {
  const unknown = { seed: null, order: null, workload: null, load: null, limits: null };
  return {
    definitions: importedDefinitions,
    describeRun: () => ({ source: 'imported', ...unknown, workloadNotes: importedNotes(imported) }),
    describeReach: ({ baseUrl }) => ({
      protocol: null,
      baseUrl: baseUrl === unknownBaseUrl ? null : baseUrl,
      connection: null,
    }),
    isMeasuredHere: false,
    completeStage: (report) => {
      const stage = imported.stages[report.stageIndex];
      return stage === undefined ? report : withImported(report, stage);
    },
    explainMissing,
    listMeasuringReasons: (report) => {
      const stage = imported.stages[report.stageIndex];
      const misfit = stage === undefined ? null : findMisfits(report, stage);
      return ['imported from LLMPerf, which gives no account of its instrument', ...(misfit === null ? [] : [misfit])];
    },
    describeOddSpeed,
  };
}
